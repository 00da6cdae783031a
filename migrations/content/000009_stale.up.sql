-- By which rules of a party's policy an agreement was closed, where it was a policy: its owner is told when they publish all the same.
alter table content.gate add column rules text[] not null default '{}';
