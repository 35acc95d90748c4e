"""The sentences of the app of coaches and the questions of its form, in one language, as plain JSON.

They lie in the app's shell on the phone. A sentence that counts is kept in every form that the language has,
named as browsers name them (`Intl.PluralRules`).
"""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.form_parts import VERSIONS, as_data

SAMPLES = {
    "ar": {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100},
    "fr": {"one": 1, "other": 2},
    "en": {"one": 1, "other": 2},
}


def texts(language: str) -> dict[str, Any]:
    """Return words and forms of the app in a language."""
    with translation.override(language):
        return {
            "language": language,
            "dir": "rtl" if language == "ar" else "ltr",
            "words": {**_words(), **_counted(language)},
            "forms": {str(number): as_data(number) for number in VERSIONS},
        }


def _counted(language: str) -> dict[str, dict[str, str]]:
    found = {}
    for key in (
        "to_send",
        "need_you",
        "cannot_leave",
        "bad_photo_why",
        "others_wait",
        "revoked_why",
    ):
        found[key] = {form: _count_text(key, number) for form, number in SAMPLES[language].items()}
    return found


def _count_text(key: str, n: int) -> str:
    match key:
        case "to_send":
            return ngettext("{count} to send", "{count} to send", n)
        case "need_you":
            return ngettext("{count} needs you", "{count} need you", n)
        case "cannot_leave":
            return ngettext(
                "{count} visit is not sent yet. Send it, or save a rescue file first.",
                "{count} visits are not sent yet. Send them, or save a rescue file first.",
                n,
            )
        case "bad_photo_why":
            return ngettext(
                "{count} photo could not be read by the server. Everything else has arrived.",
                "{count} photos could not be read by the server. Everything else has arrived.",
                n,
            )
        case "others_wait":
            return ngettext(
                "{count} visit of another person waits on this phone. It is sent when they sign in here.",
                "{count} visits of other people wait on this phone. They are sent when these sign in here.",
                n,
            )
        case _:
            return ngettext(
                "You are no longer a coach here. {count} visit is still on this phone: save it for the"
                " manager.",
                "You are no longer a coach here. {count} visits are still on this phone: save them for the"
                " manager.",
                n,
            )


def _words() -> dict[str, str]:
    return {
        "title": _("Visits"),
        "my_visits": _("My visits"),
        "late": _("Late"),
        "this_week": _("This week"),
        "later": _("Later"),
        "begun": _("Begun on this phone"),
        "outbox": _("On its way to the server"),
        "unplanned": _("Unplanned visit"),
        "which_enterprise": _("Which enterprise"),
        "no_visits": _("No visit waits for you."),
        "me": _("Me and this phone"),
        "all_sent": _("Everything is sent"),
        "last_sent": _("last sent {when}"),
        "sending": _("sending…"),
        "no_line": _("no connection"),
        "signed_out": _("sign in again to send"),
        "send_now": _("Send now"),
        "waiting": _("Waits on this phone until it can be sent."),
        "photos_follow": _("The report has arrived; its photos follow."),
        "refused": _("Something must be corrected"),
        "conflict": _("Another report has this number"),
        "conflict_why": _(
            "The server holds another report under the same number. Send yours as a second report: a manager"
            " decides, both are kept."
        ),
        "send_as_second": _("Send mine as a second report"),
        "correct": _("Correct it"),
        "bad_photo": _("A photo could not be read"),
        "drop_photo": _("Go without the photo"),
        "really_drop_photo": _("Throw this photo away? The report is safe without it."),
        "sign_in": _("Sign in"),
        "sign_in_once": _("Sign in once; then the app opens without a connection."),
        "first_time_online": _("The first time, the app needs a connection."),
        "try_again": _("Try again"),
        "not_a_coach": _("You are not a coach in any programme."),
        "updated": _("The app has been renewed."),
        "reload": _("Open it anew"),
        "returned": _("came back to you"),
        "returned_because": _("Came back to you: {reason}"),
        "releases": _("This visit releases instalment {number}, once another person has validated it."),
        "keeping": _("keeping…"),
        "kept_at": _("kept on this phone {when}"),
        "not_kept": _("not kept: this visit was finished in another window"),
        "phone_full": _("The phone is full: this could not be kept. Send what waits, or make room."),
        "nearly_full": _("This phone is nearly full. Send what waits, then make room."),
        "needed": _("needed"),
        "unknown": _("Unknown"),
        "yes": _("yes"),
        "no": _("no"),
        "add_line": _("Add a line"),
        "remove_line": _("Take the line away"),
        "line": _("Line {number}"),
        "funds_sum": _("Paid {paid} {currency}, accounted for {spent}, difference {left}."),
        "take_photo": _("Take a photo"),
        "photo": _("Photo {number}"),
        "photo_consent": _("The person agrees to this photo"),
        "remove": _("Remove"),
        "no_picture": _("This is not a picture that the phone can read."),
        "take_place": _("Take the position"),
        "no_place": _("No position yet."),
        "place_is": _("{latitude}, {longitude}, within {accuracy} m"),
        "finding": _("Looking for satellites…"),
        "no_signal": _("No position found. Go outside and try again, or leave it."),
        "null_island": _("0, 0 is not a place: take the position again or leave it empty."),
        "signed": _("Signed."),
        "sign_again": _("Sign anew"),
        "finish": _("Finish the visit"),
        "drop": _("Throw this draft away"),
        "really_drop": _("Throw this draft away, with its photos?"),
        "something_missing": _("Something is missing: see the marked questions."),
        "no_number": _("This is not a number."),
        "must": _("This is needed."),
        "wish": _("This is not answered."),
        "at_least": _("At least {number} is expected."),
        "at_most": _("At most {number} is expected."),
        "in_future": _("The date lies in the future."),
        "funds_differ": _("The use of funds does not add up to what was paid: explain."),
        "why_stopped": _("Say why the activity stopped."),
        "turnover_far": _("The turnover is three times away from the visit before. Check it."),
        "short_visit": _("The visit took less than ten minutes."),
        "far_away": _("The position lies {km} km from the site."),
        "language": _("Language"),
        "rescue": _("Rescue file"),
        "rescue_why": _(
            "If this phone cannot send: save everything unsent as one file and give it to your manager."
        ),
        "save_rescue": _("Save a rescue file"),
        "sessions": _("Support sessions"),
        "attendance": _("Attendance"),
        "ticking_begun": _("begun on this phone"),
        "present": _("present"),
        "absent": _("absent"),
        "all_present": _("All others are present"),
        "disputed": _("Ticked in two ways: the office looks at it before the session is closed."),
        "some_disputed": _("ticked in two ways"),
        "nobody_listed": _("Nobody is on the list yet"),
        "came_too": _("Who came without being on the list"),
        "references": _("References, separated by spaces"),
        "references_help": _("As on the person's paper, for instance P-3F2A91AB."),
        "nothing_ticked": _("Nobody is ticked yet."),
        "finish_list": _("Finish the list"),
        "log_out": _("Sign out"),
        "log_out_why": _("Signing out wipes your visits from this phone."),
        "version": _("Version {version}"),
    }
