-- A job that asks for cards names their kind: then a limit on the kind binds it.
--
-- Slurm holds a limit on one kind of card against jobs that name the kind, and no others. This names
-- it for those that do not, where their partition has one kind, and refuses the rest with what to
-- write. Put it beside slurm.conf under this name, fill in the table below, and write
-- JobSubmitPlugins=lua. Without the table every job has to name its kind.

local KIND_OF = {
   -- partition = "type of its cards, as in gres.conf": leave out partitions with several
}

-- How a request is written: gres:gpu:8 and gres:gpu:h800:8, later gres/gpu=8 and gres/gpu:h800=8.
local HEADS = { [""] = true, ["gres:"] = true, ["gres/"] = true }
local FIELDS = { "tres_per_job", "tres_per_node", "tres_per_socket", "tres_per_task" }

local function default_partition(partitions)
   for name, partition in pairs(partitions) do
      if partition.flag_default == 1 then
         return name
      end
   end
   return ""
end

-- The one kind of the partitions that a job may go to, or nil.
local function kind_in(names)
   local found
   for name in string.gmatch(names, "[^,]+") do
      local kind = KIND_OF[name]
      if kind == nil or (found ~= nil and found ~= kind) then
         return nil
      end
      found = kind
   end
   return found
end

-- The request with its cards' kind; nil where it names none and none can be told.
local function named(request, kind)
   local parts = {}
   for part in string.gmatch(request, "[^,]+") do
      local head, rest = string.match(part, "^(.-)gpu(.*)$")
      if head ~= nil and HEADS[head] and (rest == "" or string.match(rest, "^[:=]%d+$")) then
         if kind == nil then
            return nil
         end
         part = head .. "gpu:" .. kind .. rest
      end
      parts[#parts + 1] = part
   end
   return table.concat(parts, ",")
end

local function name_kinds(job, partitions)
   for _, field in ipairs(FIELDS) do
      local request = job[field]
      if request ~= nil and request ~= "" then
         local told = named(request, kind_in(partitions))
         if told == nil then
            slurm.log_user("Say which kind of card, as in --gpus=TYPE:2; sinfo -o '%%P %%G' lists them.")
            return slurm.ERROR
         end
         if told ~= request then
            job[field] = told
         end
      end
   end
   return slurm.SUCCESS
end

function slurm_job_submit(job, partitions, uid)
   return name_kinds(job, job.partition or default_partition(partitions))
end

function slurm_job_modify(job, record, partitions, uid)
   return name_kinds(job, job.partition or record.partition)
end

return slurm.SUCCESS
