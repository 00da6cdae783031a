drop table review.work_code;
drop index review.employment_of_person;
alter table review.employment drop column due_at, drop column proved_at, drop column mailbox, drop column version;
drop index review.submission_past;
drop index review.submission_waiting;
alter table review.decision drop constraint decision_by, drop column member_id;
alter table review.employer drop column claim_seq, drop column organisation_id;
