-- A sender's number of a text message is a claim, since it can be forged (SMS, SMPP). What it proved until now is taken down: 1 is claimed, 0 inferred.
-- Links that rules made by it stay for people to see, and unlock nothing; proof takes their place when it comes.
UPDATE contact_fact SET grade = 1 WHERE kind = 'phone' AND grade = 2
    AND contact_id IN (SELECT contact_id FROM contact_identity WHERE channel IN ('sms', 'smpp'));
UPDATE contact_link SET grade = 0 WHERE state = 'standing' AND made_by IS NULL AND reason = 'phone' AND grade = 2
    AND (a IN (SELECT contact_id FROM contact_identity WHERE channel IN ('sms', 'smpp'))
        OR b IN (SELECT contact_id FROM contact_identity WHERE channel IN ('sms', 'smpp')));
