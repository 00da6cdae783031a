drop table review.checkpoint, review.log_hash, review.log_row, review.leaf_words, review.leaf;
