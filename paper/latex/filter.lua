-- What the page has as spans and divisions becomes what LaTeX has for it.

-- pandoc leaves out "data-" where what follows is no attribute of HTML
local function given(of, name) return of.attributes["data-" .. name] or of.attributes[name] end
local function raw(text) return pandoc.RawInline("latex", text) end

function Span(span)
  if span.classes:includes("citation") then
    local command = given(span, "form") == "prose" and "citet" or "citep"
    return raw("\\" .. command .. "{" .. given(span, "key") .. "}")
  elseif span.classes:includes("note") then
    return pandoc.Note({ pandoc.Plain(span.content) })
  elseif given(span, "ref") then
    local cited = false
    span:walk({ RawInline = function() cited = true end })
    if cited then return span.content end
    local label = given(span, "ref")
    if label:match("^eq%-") then return raw("\\eqref{" .. label .. "}") end
    local kind = pandoc.utils.stringify(span.content):match("^(.-)[%s\u{a0}]*[%w.]+$")
    return raw((kind ~= "" and kind .. "~" or "") .. "\\ref{" .. label .. "}")
  end
  -- marks of the page
  return span.content
end

function Link(link)
  -- within the paper, references are made above
  if link.target:match("^#") then return link.content end
end

-- Groups of citations, which the page has one after the other, are one command.
function Inlines(inlines)
  local made = pandoc.List()
  for _, inline in ipairs(inlines) do
    local last = made[#made]
    local key = inline.t == "RawInline" and inline.text:match("^\\citep{(.*)}$")
    local before = #made > 1 and last.t == "Space" and made[#made - 1] or last
    local group = before and before.t == "RawInline" and before.text:match("^\\citep{(.*)}$")
    if key and group then
      if last.t == "Space" then made:remove(#made) end
      made[#made] = raw("\\citep{" .. group .. "," .. key .. "}")
    else
      made:insert(inline)
    end
  end
  return made
end

local function environment(name, option, label, blocks)
  local before = "\\begin{" .. name .. "}" .. option .. (label ~= "" and "\\label{" .. label .. "}" or "")
  local made = pandoc.List({ pandoc.RawBlock("latex", before) })
  made:extend(blocks)
  made:insert(pandoc.RawBlock("latex", "\\end{" .. name .. "}"))
  return made
end

function Div(div)
  if div.classes:includes("equation") then
    local tex = ""
    div:walk({ Math = function(math) tex = math.text end })
    local label = given(div, "label")
    return pandoc.RawBlock("latex",
      "\\begin{equation}" .. (label and "\\label{" .. label .. "}" or "") .. "\n" .. tex .. "\n\\end{equation}")
  elseif div.classes:includes("statement") then
    local title, rest = pandoc.List(), pandoc.List(div.content)
    local first = rest[1]
    if first.t == "Div" and first.classes:includes("head") then
      title = pandoc.utils.blocks_to_inlines(first.content)
      rest:remove(1)
    end
    local option = pandoc.write(pandoc.Pandoc({ pandoc.Plain(title) }), "latex")
    return environment(given(div, "kind"):lower(), "[" .. option:gsub("%s+$", "") .. "]", div.identifier, rest)
  elseif div.classes:includes("proof") then
    return environment("proof", "", "", div.content)
  elseif div.classes:includes("claim") then
    return environment("quote", "", "", div.content)
  elseif div.classes:includes("head") then
    return nil -- of a statement, which is made after it
  end
  return div.content
end

-- Tables break over pages; those whose text is too wide for one line have columns that break.
local WIDEST = 80

-- The number of characters that a cell prints; a command of a formula is about one.
local function printed(blocks)
  local shown = blocks:walk({
    Math = function(math) return pandoc.Str((math.text:gsub("\\%a+", "x"):gsub("[{}^_%s]", ""))) end,
  })
  return utf8.len(pandoc.utils.stringify(shown)) or 1
end

function Table(tab)
  local columns = #tab.colspecs
  local widest = {}
  for i = 1, columns do widest[i] = 1 end
  local function measure(rows, width)
    for _, row in ipairs(rows) do
      local at = 1
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and at <= columns then
          widest[at] = math.max(widest[at], width * printed(cell.contents))
        end
        at = at + cell.col_span
      end
    end
  end
  measure(tab.head.rows, 1.2) -- bold
  for _, body in ipairs(tab.bodies) do measure(body.body, 1) end
  local total = 0
  for i = 1, columns do total = total + widest[i] + 2 end
  if total > WIDEST then
    -- short columns keep what they need
    local share, sum = {}, 0
    for i = 1, columns do share[i] = math.min(widest[i] + 2, 45); sum = sum + share[i] end
    for i = 1, columns do tab.colspecs[i] = { pandoc.AlignLeft, share[i] / sum } end
  else
    for i = 1, columns do tab.colspecs[i] = { pandoc.AlignLeft, nil } end
  end
  if tab.identifier ~= "" and #tab.caption.long > 0 then
    local last = tab.caption.long[#tab.caption.long]
    last.content:insert(raw("\\label{" .. tab.identifier .. "}"))
    tab.identifier = ""
  end
  return tab
end
