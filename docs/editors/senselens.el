;;; senselens.el --- What a word means here, with eglot  -*- lexical-binding: t -*-

;; Emacs 29 and newer have eglot; older ones find it in GNU ELPA.  In the init file:
;;   (load "/path/to/senselens.el")
;; Then `M-x eglot' in a buffer of text, or `eglot-ensure' in a hook as below.  The echo area shows what the word at point
;; means, `C-h .' (or `M-x eldoc') all of it, and its other uses are highlighted.

(require 'eglot)

(defvar senselens-command '("senselens-lsp") "How the server is started.")

(defvar senselens-modes '(text-mode markdown-mode gfm-mode org-mode rst-mode latex-mode html-mode)
  "The major modes that are read.  Add python-mode and others to read their comments.")

(dolist (mode senselens-modes)
  (add-to-list 'eglot-server-programs (cons mode (lambda (&rest _) senselens-command)))
  (add-hook (intern (format "%s-hook" mode)) #'eglot-ensure))

;; Settings, for instance: (:senselens (:senses 5 :ignoredWords ["bank"])); all of them: docs/editors/README.md.
(setq-default eglot-workspace-configuration
              (append (and (listp (default-value 'eglot-workspace-configuration))
                           (default-value 'eglot-workspace-configuration))
                      '(:senselens (:senses 3))))

(defun senselens-find-in-workspace ()
  "List the uses of the word at point, in the sense it has here, in all files of the workspace."
  (interactive)
  (let* ((where (eglot--TextDocumentPositionParams))
         (argument (list :uri (plist-get (plist-get where :textDocument) :uri) :position (plist-get where :position)))
         (found (jsonrpc-request (eglot--current-server-or-lose) :workspace/executeCommand
                                 (list :command "senselens.server.findInWorkspace" :arguments (vector argument))
                                 :timeout 600)))  ; jsonrpc's own ten seconds are too few for many files
    (with-current-buffer (get-buffer-create "*senselens*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (mapc (lambda (place)
                (insert (format "%s:%d: \n" (eglot--uri-to-path (plist-get place :uri))
                                (1+ (plist-get (plist-get (plist-get place :range) :start) :line)))))
              found))
      (grep-mode)
      (display-buffer (current-buffer)))
    (length found)))

(provide 'senselens)
;;; senselens.el ends here
