create table idempotency (
    scope      text        not null, -- who and what: "person_… POST /api/v1/orders"
    key        text        not null,
    body_hash  bytea       not null,
    answer     jsonb       not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
create index idempotency_created on idempotency (created_at);
