-- Bot turns move a conversation through every index that holds its last_message_at: those nobody owns need none by owner.

DROP INDEX conversation_agent;
CREATE INDEX conversation_agent ON conversation (tenant_id, agent_id, status, last_message_at, id) WHERE agent_id IS NOT NULL;

-- What is given up is counted often and is seldom there.
CREATE INDEX effect_dead ON effect (state) WHERE state = 'dead';
