;; Run by tests/test_editors.py in a batch Emacs: hovers over two words and highlights one, through eglot's own functions.
;; What was seen goes to $REPORT as JSON.

(package-initialize)
(require 'json)
(load (getenv "CONFIG") nil t)
(setq senselens-command (list (getenv "PYTHON") "-m" "senselens_lsp")
      eglot-sync-connect 180 eglot-connect-timeout 180 eglot-autoshutdown t eglot-confirm-server-initiated-edits nil)

(setq jrpc-default-request-timeout 180) ; where nothing else is said; it may be a busy machine

(defvar seen nil)
(defvar ready nil)

(defun wait-for (what happened)
  (let ((end (+ (float-time) 180)))
    (while (not (funcall happened))
      (when (> (float-time) end) (error "It took too long: %s" what))
      (accept-process-output nil 0.1))))

(cl-defmethod eglot-handle-notification (_server (_method (eql senselens/status)) &key state &allow-other-keys)
  (setq ready (equal state "ready")))

(defun hover-at (line text)
  (goto-char (point-min))
  (forward-line (1- line))
  (search-forward text)
  (backward-char 2)
  (let (shown)
    (eglot-hover-eldoc-function (lambda (string &rest _) (setq shown string)))
    (wait-for "the hover" (lambda () shown))
    (substring-no-properties shown)))

(let ((code 1))
  (condition-case problem
      (progn
        (find-file (getenv "FILE"))
        (text-mode)
        (apply #'eglot (eglot--guess-contact))
        (wait-for "the model" (lambda () ready))
        (push (cons 'river (hover-at 3 "bank")) seen)
        (push (cons 'money (hover-at 5 "bank")) seen)
        (goto-char (point-min))
        (forward-line 2)
        (search-forward "bank")
        (backward-char 2)
        (let ((kinds (mapcar (lambda (highlight)
                               (list (plist-get (plist-get (plist-get highlight :range) :start) :line)
                                     (plist-get highlight :kind)))
                             (jsonrpc-request (eglot--current-server-or-lose) :textDocument/documentHighlight
                                              (eglot--TextDocumentPositionParams)))))
          (push (cons 'highlights (vconcat (mapcar #'vconcat kinds))) seen))
        (push (cons 'found (senselens-find-in-workspace)) seen)
        (setq code 0))
    (error (push (cons 'problem (error-message-string problem)) seen)))
  (with-temp-file (getenv "REPORT") (insert (json-encode seen)))
  (ignore-errors (eglot-shutdown (eglot-current-server)))
  (kill-emacs code))
