-- Records of changes belong to a project as well: a person or token that is limited to projects reads those of its own.
create or replace view project_of as
  select id, id as project_id from projects
  union all select id, project_id from repositories
  union all select id, project_id from work_items
  union all select plans.id, work_items.project_id from plans join work_items on work_items.id = plans.work_item_id
  union all select tasks.id, work_items.project_id from tasks join work_items on work_items.id = tasks.work_item_id
  union all select id, project_id from agent_runs
  union all select id, project_id from agent_questions
  union all select id, project_id from actions
  union all select id, project_id from change_requests
  union all select id, project_id from queue_rollbacks
  union all select id, project_id from pulls
  union all select id, project_id from ci_results
  union all select model_calls.id, work_items.project_id from model_calls join work_items on work_items.id = model_calls.work_item_id
  union all select id, project_id from compliance_records;
