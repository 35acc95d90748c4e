"""URLs of people: reception, assisted entry, following a case with a slip, claiming it."""

from django.urls import path

from applications.views import assisted, claims, follow, members, people, slips

person = "programmes/<ref:code>/persons/<uuid:reference>/"
application = "my/applications/<ref:number>/"

patterns = [
    path("programmes/<ref:code>/persons/", people.PersonList.as_view(), name="people"),
    path("programmes/<ref:code>/persons/today/", people.reception_page, name="reception"),
    path("programmes/<ref:code>/persons/receive/", people.receive, name="receive"),
    path(person, people.person_page, name="person"),
    path(f"{person}day/", people.ask_back, name="ask_back"),
    path(f"{person}help/", assisted.begin, name="help"),
    path(f"{person}claims/<id:pk>/", claims.decide, name="decide_claim"),
    path("cases/<ref:number>/help/", assisted.take_over, name="take_over"),
    path(f"{application}read-back/", assisted.read_back, name="read_back"),
    path(f"{application}read-back/sheet/", assisted.print_sheet, name="print_sheet"),
    path(f"{application}slip/", slips.slip, name="slip"),
    path(f"{application}slip/print/", slips.print_slip, name="print_slip"),
    path(f"{application}members/", members.members, name="members"),
    path(f"{application}members/add/", members.add, name="add_member"),
    path(f"{application}members/<id:pk>/", members.change, name="change_member"),
    path(f"{application}members/<id:pk>/remove/", members.remove, name="remove_member"),
    path("follow/", follow.follow, name="follow"),
    path("follow/case/", follow.case, name="follow_case"),
    path("follow/case/confirm/", follow.confirm, name="follow_confirm"),
    path("follow/case/leave/", follow.leave, name="follow_leave"),
    path("follow/<ref:number>/", follow.follow, name="follow_number"),
    path("my/claim/", claims.ask, name="ask_claim"),
    path("my/claim/<id:pk>/", claims.claim, name="claim"),
]
