"""The product's own settings, with a folder in which a file of the app can be renewed while it is served."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import STATICFILES_DIRS

STATICFILES_DIRS = [Path(os.environ["RENEWED_STATIC"]), *STATICFILES_DIRS]
