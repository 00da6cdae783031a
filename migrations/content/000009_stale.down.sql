alter table content.gate drop column rules;
