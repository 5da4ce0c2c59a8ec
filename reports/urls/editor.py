"""Addresses of the editor."""

from django.urls import path

from reports.views import editor, editor_side, word

ONE = "<int:pk>/edit/"
PARAGRAPH = "<int:pk>/edit/<uuid:uid>/"

urlpatterns = [
    path(ONE, editor.report_edit, name="report_edit"),
    path(f"{ONE}add/", editor.paragraph_add, name="paragraph_add"),
    path(f"{ONE}undo/", editor.edit_undo, name="edit_undo"),
    path(f"{ONE}replace/", editor.text_replace, name="text_replace"),
    path(f"{ONE}find/", editor_side.text_find, name="text_find"),
    path(f"{ONE}insert/", editor_side.insert_list, name="insert_list"),
    path(f"{ONE}accept/", editor.offer_accept_all, name="offer_accept_all"),
    path(f"{ONE}recheck/", editor.facts_recheck, name="facts_recheck"),
    path(f"{ONE}sections/<int:section>/", editor.section_rename, name="section_rename"),
    path(f"{ONE}remarks/", editor_side.remark_list, name="remark_list"),
    path(f"{ONE}remarks/add/", editor_side.remark_add, name="remark_add"),
    path(f"{ONE}remarks/<int:remark>/resolve/", editor_side.remark_resolve, name="remark_resolve"),
    path(f"{PARAGRAPH}save/", editor.paragraph_save, name="paragraph_save"),
    path(f"{PARAGRAPH}delete/", editor.paragraph_delete, name="paragraph_delete"),
    path(f"{PARAGRAPH}split/", editor.paragraph_split, name="paragraph_split"),
    path(f"{PARAGRAPH}merge/", editor.paragraph_merge, name="paragraph_merge"),
    path(f"{PARAGRAPH}move/", editor.paragraph_move, name="paragraph_move"),
    path(f"{PARAGRAPH}level/", editor.paragraph_level, name="paragraph_level"),
    path(f"{PARAGRAPH}settle/", editor.offer_settle, name="offer_settle"),
    path(f"{PARAGRAPH}basis/", editor_side.paragraph_basis, name="paragraph_basis"),
    path("<int:pk>/versions/", editor_side.version_list, name="version_list"),
    path("<int:pk>/versions/keep/", editor_side.version_keep, name="version_keep"),
    path("<int:pk>/versions/<int:number>/", editor_side.version_detail, name="version_detail"),
    path("<int:pk>/versions/<int:number>/restore/", editor_side.version_restore, name="version_restore"),
    path("<int:pk>/word/", word.word_return_list, name="word_return_list"),
    path("<int:pk>/word/<int:returned>/", word.word_return_detail, name="word_return_detail"),
    path("<int:pk>/word/<int:returned>/all/", word.proposal_decide_all, name="proposal_decide_all"),
    path("<int:pk>/word/proposals/<int:proposal>/", word.proposal_decide, name="proposal_decide"),
]
