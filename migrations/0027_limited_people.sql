-- That a person is limited to projects is kept beside the projects: where the last of them is deleted, they see nothing, and not everything.
create table limited_people (person_id text primary key references people (id) on delete cascade);
insert into limited_people (person_id) select distinct person_id from person_projects;
