"""URLs of scoring: the juror's desk, grids, juries, rankings, sittings and decisions."""

from django.urls import path

from scoring.views import board, copies, decisions, desk, draws, grids, jury, quotas, rankings

app_name = "scoring"

urlpatterns = [
    path("desk/", desk.files, name="desk"),
    path("desk/<id:pk>/", desk.file, name="file"),
    path("desk/<id:pk>/save/", desk.autosave, name="autosave"),
    path("desk/invitations/<id:pk>/", desk.invitation, name="invitation"),
    path("desk/invitations/<id:pk>/sign/", desk.sign, name="sign"),
    path("scoring/calls/<id:pk>/grids/", grids.install, name="install_grid"),
    path("scoring/calls/<id:pk>/quotas/new/", quotas.add, name="add_quota"),
    path("scoring/quotas/<id:pk>/", quotas.edit, name="edit_quota"),
    path("scoring/quotas/<id:pk>/remove/", quotas.remove, name="remove_quota"),
    path("scoring/grids/<id:pk>/", grids.grid, name="grid"),
    path("scoring/grids/<id:pk>/edit/", grids.edit, name="edit_grid"),
    path("scoring/grids/<id:pk>/remove/", grids.remove, name="remove_grid"),
    path("scoring/grids/<id:pk>/amend/", grids.amend, name="amend_grid"),
    path("scoring/grids/<id:pk>/amend/publish/", grids.publish_amendment, name="publish_amendment"),
    path("scoring/grids/<id:pk>/<word:part>/new/", grids.edit_part, name="add_grid_part"),
    path("scoring/grids/<id:pk>/<word:part>/<id:row>/", grids.edit_part, name="edit_grid_part"),
    path("scoring/grids/<id:pk>/<word:part>/<id:row>/remove/", grids.remove_part, name="remove_grid_part"),
    path("scoring/sessions/<id:pk>/jury/", jury.jury, name="jury"),
    path("scoring/sessions/<id:pk>/jury/invite/", jury.invite, name="invite"),
    path("scoring/sessions/<id:pk>/jury/conflicts/", jury.declare_conflict, name="declare_conflict"),
    path(
        "scoring/sessions/<id:pk>/jury/conflicts/<id:conflict>/lift/",
        jury.lift_conflict,
        name="lift_conflict",
    ),
    path("scoring/sessions/<id:pk>/copies/", copies.copies, name="copies"),
    path("scoring/sessions/<id:pk>/copies/prepare/", copies.prepare, name="prepare_copies"),
    path("scoring/copies/<id:pk>/", copies.copy, name="copy"),
    path("scoring/copies/<id:pk>/correct/", copies.correct, name="correct_copy"),
    path("scoring/rounds/<id:pk>/", board.page, name="round"),
    path("scoring/rounds/<id:pk>/set/", board.set_round, name="set_round"),
    path("scoring/rounds/<id:pk>/remind/", board.remind, name="remind"),
    path("scoring/rounds/<id:pk>/draw/", draws.draw_page, name="draw"),
    path("scoring/rounds/<id:pk>/pairs.csv", draws.pairs_file, name="pairs_file"),
    path("scoring/rounds/<id:pk>/pairs/", draws.bring_pairs, name="bring_pairs"),
    path("scoring/rounds/<id:pk>/close/", board.close, name="close_round"),
    path("scoring/rounds/<id:pk>/start-final/", board.start_final, name="start_final"),
    path("scoring/rounds/<id:pk>/rank/", rankings.make, name="make_ranking"),
    path("scoring/sheets/<id:pk>/", jury.sheet, name="sheet"),
    path("scoring/rankings/<id:pk>/", rankings.RankingPage.as_view(), name="ranking"),
    path("scoring/rankings/<id:pk>/propose/", rankings.propose, name="propose"),
    path("scoring/decisions/<id:pk>/", decisions.batch, name="batch"),
    path("scoring/decisions/<id:pk>/save/", decisions.decide, name="decide"),
    path("scoring/decisions/<id:pk>/schedule/", decisions.schedule, name="schedule"),
    path("scoring/decisions/<id:pk>/post/", decisions.post_list, name="post_list"),
    path("scoring/sittings/<id:pk>/", decisions.sitting, name="deliberation"),
    path("scoring/sittings/<id:pk>/attendance/", decisions.attend, name="attend"),
    path("scoring/sittings/<id:pk>/people/", decisions.expect, name="expect"),
    path("scoring/sittings/<id:pk>/aside/", decisions.aside, name="aside"),
    path("scoring/sittings/<id:pk>/aside/<id:step>/back/", decisions.back, name="back"),
    path("scoring/sittings/<id:pk>/remarks/", decisions.remark, name="remark"),
    path("scoring/sittings/<id:pk>/minutes/", decisions.store_minutes, name="store_minutes"),
    path(
        "scoring/sittings/<id:pk>/minutes/<word:language>.pdf", decisions.draft_minutes, name="draft_minutes"
    ),
]
