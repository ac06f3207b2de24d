-- What a service level promises of a ticket and how its clock stands; empty where nothing does.
ALTER TABLE ticket ADD COLUMN sla TEXT;

-- What people are told of a ticket, beside what flows tell.
ALTER TABLE notice ADD COLUMN ticket_id TEXT;

-- What waits in a team for somebody to take it.
CREATE INDEX ticket_team ON ticket (tenant_id, team_id, number) WHERE team_id IS NOT NULL;
