"""The lecture as a site: `make course`, then open build/course/index.html. It needs no server and no network."""

project = "Words in context"
author = "Senselens"
extensions = ["myst_nb", "senselens_widget.sphinx"]
exclude_patterns = ["README.md"]

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
nb_execution_mode = "cache"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_merge_streams = True

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = project
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["lecture.css"]
html_theme_options = {"navigation_with_keys": False}  # the arrow keys are the inspector's
