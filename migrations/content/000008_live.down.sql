drop table content.live_check;
