"""What the house asks of a library system, in neutral words.

One :class:`Connector` speaks for one configured library. What it can do is a set of
:class:`Capability`; each capability is a Protocol below, with async methods only: a
connector knows nothing of threads, databases or pages. Records carry no vendor word.

A "no" is an answer (``Rejected``, ``NotAPatron``, ``NotRenewed``); a failure is an
exception (:class:`LibraryError` and its kinds). A network failure is therefore never
mistaken for a wrong PIN.

Three states of a field: a value; ``None`` when the library did not tell; an empty tuple
when it told us that there are none.
"""

from discovery_accounts.connectors.api.capability import Capability as Capability
from discovery_accounts.connectors.api.capability import Connector as Connector
from discovery_accounts.connectors.api.checks import CheckCause as CheckCause
from discovery_accounts.connectors.api.checks import CheckName as CheckName
from discovery_accounts.connectors.api.checks import ChecksItself as ChecksItself
from discovery_accounts.connectors.api.checks import CheckState as CheckState
from discovery_accounts.connectors.api.checks import CheckStep as CheckStep
from discovery_accounts.connectors.api.checks import TellsTime as TellsTime
from discovery_accounts.connectors.api.checks import TestCard as TestCard
from discovery_accounts.connectors.api.failures import BreakerOpen as BreakerOpen
from discovery_accounts.connectors.api.failures import DailyLimit as DailyLimit
from discovery_accounts.connectors.api.failures import Incomplete as Incomplete
from discovery_accounts.connectors.api.failures import LibraryError as LibraryError
from discovery_accounts.connectors.api.failures import NotMade as NotMade
from discovery_accounts.connectors.api.failures import Overloaded as Overloaded
from discovery_accounts.connectors.api.failures import RateLimited as RateLimited
from discovery_accounts.connectors.api.failures import Refused as Refused
from discovery_accounts.connectors.api.failures import ServerFailure as ServerFailure
from discovery_accounts.connectors.api.failures import TimedOut as TimedOut
from discovery_accounts.connectors.api.failures import UnexpectedAnswer as UnexpectedAnswer
from discovery_accounts.connectors.api.failures import Unreachable as Unreachable
from discovery_accounts.connectors.api.failures import Unsupported as Unsupported
from discovery_accounts.connectors.api.failures import WrongPatron as WrongPatron
from discovery_accounts.connectors.api.fees import Fee as Fee
from discovery_accounts.connectors.api.fees import ListsFees as ListsFees
from discovery_accounts.connectors.api.fees import ListsPayments as ListsPayments
from discovery_accounts.connectors.api.fees import Payment as Payment
from discovery_accounts.connectors.api.fees import PaymentHistory as PaymentHistory
from discovery_accounts.connectors.api.history import MOST_PAST_LOANS as MOST_PAST_LOANS
from discovery_accounts.connectors.api.history import DeletesHistory as DeletesHistory
from discovery_accounts.connectors.api.history import HistoryDeleted as HistoryDeleted
from discovery_accounts.connectors.api.history import HistoryKeeping as HistoryKeeping
from discovery_accounts.connectors.api.history import HistoryPage as HistoryPage
from discovery_accounts.connectors.api.history import ListsHistory as ListsHistory
from discovery_accounts.connectors.api.history import PastLoan as PastLoan
from discovery_accounts.connectors.api.history import SwitchesHistory as SwitchesHistory
from discovery_accounts.connectors.api.holds import CancelsHolds as CancelsHolds
from discovery_accounts.connectors.api.holds import ChangesPickup as ChangesPickup
from discovery_accounts.connectors.api.holds import Hold as Hold
from discovery_accounts.connectors.api.holds import HoldChange as HoldChange
from discovery_accounts.connectors.api.holds import HoldChanged as HoldChanged
from discovery_accounts.connectors.api.holds import HoldKept as HoldKept
from discovery_accounts.connectors.api.holds import HoldOptions as HoldOptions
from discovery_accounts.connectors.api.holds import HoldPlaced as HoldPlaced
from discovery_accounts.connectors.api.holds import HoldTarget as HoldTarget
from discovery_accounts.connectors.api.holds import ListsHolds as ListsHolds
from discovery_accounts.connectors.api.holds import NewHold as NewHold
from discovery_accounts.connectors.api.holds import NoSuchHold as NoSuchHold
from discovery_accounts.connectors.api.holds import NotHoldable as NotHoldable
from discovery_accounts.connectors.api.holds import PickupLocation as PickupLocation
from discovery_accounts.connectors.api.holds import PlacesHolds as PlacesHolds
from discovery_accounts.connectors.api.holds import Placing as Placing
from discovery_accounts.connectors.api.holds import SuspendsHolds as SuspendsHolds
from discovery_accounts.connectors.api.loans import AsksRenewability as AsksRenewability
from discovery_accounts.connectors.api.loans import ListsLoans as ListsLoans
from discovery_accounts.connectors.api.loans import Loan as Loan
from discovery_accounts.connectors.api.loans import NoSuchLoan as NoSuchLoan
from discovery_accounts.connectors.api.loans import NotRenewed as NotRenewed
from discovery_accounts.connectors.api.loans import Renewal as Renewal
from discovery_accounts.connectors.api.loans import RenewalUnknown as RenewalUnknown
from discovery_accounts.connectors.api.loans import Renewed as Renewed
from discovery_accounts.connectors.api.loans import RenewsLoans as RenewsLoans
from discovery_accounts.connectors.api.membership import CardNotRenewed as CardNotRenewed
from discovery_accounts.connectors.api.membership import CardRenewed as CardRenewed
from discovery_accounts.connectors.api.membership import CardTerms as CardTerms
from discovery_accounts.connectors.api.membership import Family as Family
from discovery_accounts.connectors.api.membership import NotCardRenewable as NotCardRenewable
from discovery_accounts.connectors.api.membership import ReadsFamilies as ReadsFamilies
from discovery_accounts.connectors.api.membership import Relative as Relative
from discovery_accounts.connectors.api.membership import RenewsCards as RenewsCards
from discovery_accounts.connectors.api.messaging import KeepsMessaging as KeepsMessaging
from discovery_accounts.connectors.api.messaging import LibraryNotice as LibraryNotice
from discovery_accounts.connectors.api.messaging import ListsNotices as ListsNotices
from discovery_accounts.connectors.api.messaging import MessageChoice as MessageChoice
from discovery_accounts.connectors.api.messaging import MessageSetting as MessageSetting
from discovery_accounts.connectors.api.news import HearsNews as HearsNews
from discovery_accounts.connectors.api.news import News as News
from discovery_accounts.connectors.api.news import NewsKind as NewsKind
from discovery_accounts.connectors.api.news import NotGenuine as NotGenuine
from discovery_accounts.connectors.api.patrons import LoginBlocked as LoginBlocked
from discovery_accounts.connectors.api.patrons import NoPinHere as NoPinHere
from discovery_accounts.connectors.api.patrons import NotAPatron as NotAPatron
from discovery_accounts.connectors.api.patrons import PatronRecord as PatronRecord
from discovery_accounts.connectors.api.patrons import PatronRef as PatronRef
from discovery_accounts.connectors.api.patrons import ReadsPatrons as ReadsPatrons
from discovery_accounts.connectors.api.patrons import Rejected as Rejected
from discovery_accounts.connectors.api.patrons import TellsPinNeed as TellsPinNeed
from discovery_accounts.connectors.api.patrons import Verification as Verification
from discovery_accounts.connectors.api.patrons import Verified as Verified
from discovery_accounts.connectors.api.patrons import VerifiesPatrons as VerifiesPatrons
from discovery_accounts.connectors.api.pins import ChangesPins as ChangesPins
from discovery_accounts.connectors.api.pins import PinChange as PinChange
from discovery_accounts.connectors.api.pins import PinChanged as PinChanged
from discovery_accounts.connectors.api.pins import PinFault as PinFault
from discovery_accounts.connectors.api.pins import PinRules as PinRules
from discovery_accounts.connectors.api.pins import PinUnfit as PinUnfit
from discovery_accounts.connectors.api.pins import SetsPins as SetsPins
from discovery_accounts.connectors.api.profile import ChangesContact as ChangesContact
from discovery_accounts.connectors.api.profile import ContactChanged as ContactChanged
from discovery_accounts.connectors.api.profile import ContactChanges as ContactChanges
from discovery_accounts.connectors.api.profile import ContactField as ContactField
from discovery_accounts.connectors.api.profile import Editing as Editing
from discovery_accounts.connectors.api.profile import PatronProfile as PatronProfile
from discovery_accounts.connectors.api.profile import ReadsProfiles as ReadsProfiles
from discovery_accounts.connectors.api.registering import CARD_NUMBER as CARD_NUMBER
from discovery_accounts.connectors.api.registering import MOST_FOUND as MOST_FOUND
from discovery_accounts.connectors.api.registering import Change as Change
from discovery_accounts.connectors.api.registering import ChangeRefused as ChangeRefused
from discovery_accounts.connectors.api.registering import ChangesPatrons as ChangesPatrons
from discovery_accounts.connectors.api.registering import FindsPatrons as FindsPatrons
from discovery_accounts.connectors.api.registering import MakesPatrons as MakesPatrons
from discovery_accounts.connectors.api.registering import NotRemovable as NotRemovable
from discovery_accounts.connectors.api.registering import NotRemoved as NotRemoved
from discovery_accounts.connectors.api.registering import PatronDetails as PatronDetails
from discovery_accounts.connectors.api.registering import Removal as Removal
from discovery_accounts.connectors.api.registering import Removed as Removed
from discovery_accounts.connectors.api.registering import RemovesPatrons as RemovesPatrons
from discovery_accounts.connectors.api.suggestions import NewSuggestion as NewSuggestion
from discovery_accounts.connectors.api.suggestions import NotSuggested as NotSuggested
from discovery_accounts.connectors.api.suggestions import Suggested as Suggested
from discovery_accounts.connectors.api.suggestions import Suggestion as Suggestion
from discovery_accounts.connectors.api.suggestions import TakesSuggestions as TakesSuggestions
