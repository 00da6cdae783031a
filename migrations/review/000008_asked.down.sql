drop table review.quiet, review.author_receipt;
