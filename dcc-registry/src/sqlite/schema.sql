-- Version 1. Runs unchanged on SQLite and PostgreSQL: no triggers, no sequences, no foreign keys;
-- the bucket leads every key of the subject aggregate. /*clustered*/ becomes WITHOUT ROWID on SQLite.

CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY);

CREATE TABLE bucket_state (
    bucket INTEGER NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    audit_number BIGINT NOT NULL,
    audit_hash BYTEA NOT NULL,
    feed_number BIGINT NOT NULL,
    feed_relayed BIGINT NOT NULL
);

CREATE TABLE lease (
    bucket INTEGER NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    worker TEXT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE subject (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    subject_ref TEXT NOT NULL,
    full_name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex SMALLINT,
    nationality TEXT NOT NULL,
    document_kind SMALLINT,
    document_number TEXT NOT NULL,
    phone TEXT NOT NULL,
    commune TEXT NOT NULL,
    document BYTEA,
    identity_version BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    verification SMALLINT NOT NULL,
    reasons TEXT NOT NULL,
    checked_at BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT subject_pkey PRIMARY KEY (bucket, subject)
) /*clustered*/;

CREATE TABLE subject_identity (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    version BIGINT NOT NULL,
    full_name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex SMALLINT,
    nationality TEXT NOT NULL,
    document_kind SMALLINT,
    document_number TEXT NOT NULL,
    phone TEXT NOT NULL,
    commune TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT subject_identity_pkey PRIMARY KEY (bucket, subject, version)
) /*clustered*/;

CREATE TABLE dose (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    dose_ref TEXT NOT NULL,
    version BIGINT NOT NULL,
    vaccine TEXT NOT NULL,
    lot TEXT,
    dose_date TEXT NOT NULL,
    kind SMALLINT,
    vaccinating TEXT NOT NULL,
    entering TEXT NOT NULL,
    entered_at BIGINT,
    hash BYTEA NOT NULL,
    state SMALLINT NOT NULL,
    attestation BYTEA,
    leaf BIGINT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT dose_pkey PRIMARY KEY (bucket, subject, dose_ref, version)
) /*clustered*/;

CREATE TABLE certificate (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    certificate TEXT NOT NULL,
    state SMALLINT NOT NULL,
    revision BIGINT NOT NULL,
    batch BYTEA NOT NULL,
    basis BYTEA NOT NULL,
    occasion SMALLINT NOT NULL,
    kid BYTEA NOT NULL,
    to_be_signed BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    dn BIGINT NOT NULL,
    sd BIGINT NOT NULL,
    nationality TEXT NOT NULL,
    counted TEXT NOT NULL,
    hc1 TEXT,
    reserved_at BIGINT NOT NULL,
    published_at BIGINT,
    supersedes TEXT,
    superseded_by TEXT,
    revoked_reason SMALLINT,
    revoked_at BIGINT,
    CONSTRAINT certificate_pkey PRIMARY KEY (bucket, subject, certificate)
) /*clustered*/;

CREATE UNIQUE INDEX certificate_current ON certificate (bucket, subject) WHERE state = 2;

CREATE UNIQUE INDEX certificate_open ON certificate (bucket, subject) WHERE state < 2;

CREATE INDEX certificate_expiry ON certificate (bucket, expires_at, subject) WHERE state = 2;

CREATE TABLE cleaning_case (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    number BIGINT NOT NULL,
    identity_version BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    reasons TEXT NOT NULL,
    commune TEXT NOT NULL,
    custody SMALLINT NOT NULL,
    list TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    CONSTRAINT cleaning_case_pkey PRIMARY KEY (bucket, subject, number)
) /*clustered*/;

CREATE UNIQUE INDEX cleaning_case_open ON cleaning_case (bucket, subject) WHERE closed_at IS NULL;

CREATE TABLE decision (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    batch BYTEA NOT NULL,
    verdict SMALLINT NOT NULL,
    certificate TEXT,
    reasons TEXT NOT NULL,
    issued BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    held BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    inputs BYTEA NOT NULL,
    decided_at BIGINT NOT NULL,
    CONSTRAINT decision_pkey PRIMARY KEY (bucket, subject, batch)
) /*clustered*/;

CREATE TABLE correction_request (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    reference TEXT NOT NULL,
    field TEXT NOT NULL,
    claimed TEXT NOT NULL,
    channel TEXT NOT NULL,
    evidence TEXT NOT NULL,
    facility TEXT NOT NULL,
    state SMALLINT NOT NULL,
    decline TEXT,
    requested_at BIGINT NOT NULL,
    decided_at BIGINT,
    CONSTRAINT correction_request_pkey PRIMARY KEY (bucket, subject, reference)
) /*clustered*/;

CREATE TABLE subject_link (
    bucket INTEGER NOT NULL,
    subject BYTEA NOT NULL,
    other BYTEA NOT NULL,
    relation SMALLINT NOT NULL,
    evidence TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    CONSTRAINT subject_link_pkey PRIMARY KEY (bucket, subject, other)
) /*clustered*/;

CREATE TABLE feed_outbox (
    bucket INTEGER NOT NULL,
    number BIGINT NOT NULL,
    subject BYTEA NOT NULL,
    certificate TEXT NOT NULL,
    kind SMALLINT NOT NULL,
    detail TEXT,
    told_at BIGINT NOT NULL,
    CONSTRAINT feed_outbox_pkey PRIMARY KEY (bucket, number)
) /*clustered*/;

CREATE TABLE feed_log (
    place BIGINT NOT NULL PRIMARY KEY,
    bucket INTEGER NOT NULL,
    number BIGINT NOT NULL,
    CONSTRAINT feed_log_once UNIQUE (bucket, number)
);

CREATE TABLE audit_event (
    bucket INTEGER NOT NULL,
    number BIGINT NOT NULL,
    previous BYTEA NOT NULL,
    acted_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act SMALLINT NOT NULL,
    items BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT audit_event_pkey PRIMARY KEY (bucket, number)
) /*clustered*/;

CREATE TABLE certificate_lookup (
    bucket INTEGER NOT NULL,
    lookup BYTEA NOT NULL,
    subject BYTEA NOT NULL,
    reserved_at BIGINT NOT NULL,
    CONSTRAINT certificate_lookup_pkey PRIMARY KEY (bucket, lookup)
) /*clustered*/;

CREATE TABLE dose_lookup (
    bucket INTEGER NOT NULL,
    lookup BYTEA NOT NULL,
    subject BYTEA NOT NULL,
    reserved_at BIGINT NOT NULL,
    CONSTRAINT dose_lookup_pkey PRIMARY KEY (bucket, lookup)
) /*clustered*/;

CREATE TABLE document_lookup (
    bucket INTEGER NOT NULL,
    lookup BYTEA NOT NULL,
    subject BYTEA NOT NULL,
    reserved_at BIGINT NOT NULL,
    CONSTRAINT document_lookup_pkey PRIMARY KEY (bucket, lookup, subject)
) /*clustered*/;

CREATE TABLE shelf (
    shelf SMALLINT NOT NULL,
    name BYTEA NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT shelf_pkey PRIMARY KEY (shelf, name)
) /*clustered*/;
