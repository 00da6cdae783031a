-- What an erased buyer's receipt still says of their business ends with the years for which receipts are kept.
create index orders_of_erased_businesses on storefront.orders (paid_at) where buyer_key = '' and (company <> '' or vat_id <> '');
