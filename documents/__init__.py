"""Files that come in (checked, re-encoded, private) and papers that go out (numbered, hashed PDF).

Other packages use:

    documents.register_reader     who may read the files and papers of a model
    documents.filing.store        keep an uploaded file
    documents.fields.UploadField  ask for a file in a form
    documents.papers.issue_paper  number, render and keep a paper
    documents.sheet               what a paper says, as data
"""

from documents.readers import register_reader

__all__ = ["register_reader"]
