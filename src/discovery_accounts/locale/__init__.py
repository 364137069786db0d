"""The words for people in Finnish, Swedish, English and Norwegian, as gettext catalogues."""
