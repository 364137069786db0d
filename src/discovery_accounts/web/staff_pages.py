"""Every page for staff, in one table."""

from discovery_accounts.web.pages import (
    admin,
    admin_audit,
    admin_diagnosis,
    admin_insight,
    admin_jobs,
    admin_libraries,
    admin_linking,
    admin_notices,
    admin_own_data,
    admin_preview,
    admin_retention,
    admin_reviews,
    admin_settings,
    second_factor_setup,
)
from discovery_accounts.web.route import PAGE, Route

STAFF_PAGES = (
    Route("admin", "/admin", {"GET": (admin.show, PAGE)}),
    Route("admin_retention", "/admin/retention", {"GET": (admin_retention.show, PAGE)}),
    Route("admin_jobs", "/admin/jobs", {"GET": (admin_jobs.show, PAGE)}),
    Route(
        "admin_audit", "/admin/audit", {"GET": (admin_audit.show, PAGE), "POST": (admin_audit.search, PAGE)}
    ),
    Route("admin_insight", "/admin/insight", {"GET": (admin_insight.show, PAGE)}),
    Route("admin_insight_file", "/admin/insight.csv", {"GET": (admin_insight.export, PAGE)}),
    Route("admin_settings", "/admin/settings", {"GET": (admin_settings.show, PAGE)}),
    Route(
        "admin_notices",
        "/admin/notices",
        {"GET": (admin_notices.show, PAGE), "POST": (admin_notices.post, PAGE)},
    ),
    Route(
        "admin_notice_end",
        "/admin/notices/{notice}/end",
        {"GET": (admin_notices.to_notices, PAGE), "POST": (admin_notices.end, PAGE)},
    ),
    Route(
        "admin_library",
        "/admin/libraries/{library}",
        {"GET": (admin_libraries.show, PAGE), "POST": (admin_libraries.check, PAGE)},
    ),
    Route(
        "admin_diagnosis",
        "/admin/diagnosis",
        {"GET": (admin_diagnosis.show, PAGE), "POST": (admin_diagnosis.look, PAGE)},
    ),
    Route(
        "admin_linking",
        "/admin/linking",
        {"GET": (admin_linking.show, PAGE), "POST": (admin_linking.act, PAGE)},
    ),
    Route(
        "admin_own_data",
        "/admin/own-data",
        {"GET": (admin_own_data.show, PAGE), "POST": (admin_own_data.act, PAGE)},
    ),
    Route(
        "admin_reviews",
        "/admin/reviews",
        {"GET": (admin_reviews.show, PAGE), "POST": (admin_reviews.act, PAGE)},
    ),
    Route(
        "admin_factors",
        "/admin/second-factors",
        {"GET": (second_factor_setup.show_mine, PAGE), "POST": (second_factor_setup.change_mine, PAGE)},
    ),
    Route(
        "admin_login_preview",
        "/admin/logins/{login}/preview",
        {"GET": (admin_preview.show, PAGE), "POST": (admin_preview.preview, PAGE)},
    ),
    Route(
        "admin_login_check",
        "/admin/logins/{login}/check",
        {"GET": (admin.to_admin, PAGE), "POST": (admin.check_login, PAGE)},
    ),
)
