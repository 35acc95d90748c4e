"""URLs of the start page, programmes, calls, sessions and messages."""

from django.urls import URLPattern, URLResolver, include, path

from programmes.views import calls, extensions, home, messages, people, public, questions, setup

one = "programmes/<ref:code>/"
call = f"{one}calls/<ref:call>/"

own: list[URLPattern | URLResolver] = [
    path("programmes/", public.programme_list, name="list"),
    path("programmes/new/", setup.create, name="create"),
    path(one, public.programme, name="programme"),
    path(f"{one}accent-<ref:colour>.css", public.accent_stylesheet, name="accent"),
    path(f"{one}start/", home.start, name="start"),
    path(f"{one}settings/", setup.settings_page, name="settings"),
    path(f"{one}settings/data/", setup.edit, name="edit"),
    path(f"{one}settings/look/", setup.look, name="look"),
    path(f"{one}settings/<word:part>/new/", setup.edit_part, name="add_part"),
    path(f"{one}settings/<word:part>/<id:pk>/", setup.edit_part, name="edit_part"),
    path(f"{one}settings/<word:part>/<id:pk>/remove/", setup.remove_part, name="remove_part"),
    path(f"{one}people/", people.people, name="people"),
    path(f"{one}people/invite/", people.invite, name="invite"),
    path(f"{one}people/give-role/", people.give_role, name="give_role"),
    path(f"{one}people/delegate/", people.delegate, name="delegate"),
    path(f"{one}people/delegate/<id:pk>/end/", people.end_delegation, name="end_delegation"),
    path(f"{one}people/<id:pk>/end/", people.end_role, name="end_role"),
    path(f"{one}calls/", calls.CallList.as_view(), name="calls"),
    path(f"{one}calls/new/", calls.create_call, name="create_call"),
    path(call, calls.call_page, name="call"),
    path(f"{call}edit/", calls.edit_call, name="edit_call"),
    path(f"{call}clone/", calls.clone_call, name="clone_call"),
    path(f"{call}closing/", extensions.move_closing, name="move_closing"),
    path(f"{call}questions/", questions.page, name="questions"),
    path(f"{call}questions/new/", questions.answer, name="add_question"),
    path(f"{call}questions/<id:pk>/", questions.answer, name="edit_question"),
    path(f"{call}questions/<id:pk>/set-aside/", questions.set_aside, name="set_aside_question"),
    path(f"{call}questions/<id:pk>/take-down/", questions.take_down, name="take_down_question"),
    path(f"{call}questions/<id:pk>/arrange/", questions.arrange, name="arrange_question"),
    path(f"{call}tracks/new/", calls.edit_track, name="add_track"),
    path(f"{call}tracks/<id:pk>/", calls.edit_track, name="edit_track"),
    path(f"{call}tracks/<id:pk>/remove/", calls.remove_track, name="remove_track"),
    path(f"{call}sessions/new/", calls.create_session, name="create_session"),
    path(f"{call}sessions/<id:number>/", calls.session_page, name="session"),
    path(f"{call}sessions/<id:number>/edit/", calls.edit_session, name="edit_session"),
    path(f"{one}sessions/", calls.SessionList.as_view(), name="sessions"),
    path(f"{one}messages/", messages.message_list, name="messages"),
    path(f"{one}messages/<kind:key>/<word:language>/", messages.wording, name="wording"),
    path(f"{one}mailings/", messages.MailingList.as_view(), name="mailings"),
    path(f"{one}mailings/<id:pk>/", messages.mailing, name="mailing"),
    path(f"{one}mailings/<id:pk>/release/", messages.release, name="release"),
    path("calls/<ref:code>/<ref:call>/", public.public_call, name="public_call"),
    path("calls/<ref:code>/<ref:call>/ask/", questions.ask, name="ask"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include((own, "programmes"))),
]
