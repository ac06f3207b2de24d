-- What a service level promises of a ticket and how its clock stands; empty where nothing does.
ALTER TABLE ticket ADD COLUMN sla TEXT;

-- What people are told of a ticket, beside what flows tell.
ALTER TABLE notice ADD COLUMN ticket_id TEXT;
