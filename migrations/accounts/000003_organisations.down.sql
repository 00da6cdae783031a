delete from accounts.link where purpose in ('organisation_invited', 'organisation_role', 'organisation_domain');
alter table accounts.link
	drop column organisation_id,
	drop column invitation_id,
	drop constraint link_purpose,
	add constraint link_purpose check (purpose in ('sign_up', 'sign_in', 'change_email', 'email_changed', 'mandate_invited'));
drop table accounts.domain;
drop sequence accounts.domain_seq;
drop table accounts.invitation;
drop table accounts.member_role;
drop table accounts.member;
drop table accounts.organisation;
