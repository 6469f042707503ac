-- Run by tests/test_editors.py in a headless Neovim: hovers over two words and highlights one, through the editor's own functions.
-- What was seen goes to $REPORT as JSON.

local seen = { statuses = {} }

local function finish(problem)
  seen.problem = problem
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.REPORT)
  vim.cmd('qall!')
end

local function wait(what, happened)
  if not vim.wait(180000, happened, 20) then
    finish('it took too long: ' .. what)
    error(what)
  end
end

local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

local function hover(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  vim.lsp.buf.hover()
  wait('the hover', floating)
  local window = floating()
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, '\n')
end

vim.lsp.handlers['senselens/status'] = function(_, params) table.insert(seen.statuses, params.state) end
vim.g.senselens = { cmd = { vim.env.PYTHON, '-m', 'senselens_lsp' } }
vim.cmd('source ' .. vim.env.CONFIG)
vim.cmd('filetype on')
vim.cmd('edit ' .. vim.env.FILE)
seen.filetype = vim.bo.filetype
wait('the model', function() return seen.statuses[#seen.statuses] == 'ready' end)

seen.river = hover(3, 20)
seen.money = hover(5, 27)
vim.api.nvim_win_set_cursor(0, { 3, 20 })
vim.lsp.buf.document_highlight()
local function marks()
  local found = {}
  for name, space in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('vim_lsp_references') then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
        table.insert(found, { line = mark[2], column = mark[3], group = mark[4].hl_group })
      end
    end
  end
  return found
end
wait('the highlights', function() return #marks() > 0 end)
seen.highlights = marks()
vim.cmd('SenselensFind')
wait('the list', function() return #vim.fn.getqflist() > 0 end)
seen.found = #vim.fn.getqflist()
finish(nil)
