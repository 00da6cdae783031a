drop table review.standing_use, review.standing_week, review.standing;
