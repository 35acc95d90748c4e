"""Forms of programmes, by page; import from the modules. Transitions name `programmes.forms.actions`."""
