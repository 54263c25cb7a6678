package org.p2pvpn.overlay.discovery.kad;

/** What is counted. Nothing of it is an error of ours. */
public enum KadEvent {
  LOOKUPS,
  /** Ended with what was looked for; a lookup of nearest nodes, with any. */
  LOOKUPS_SUCCEEDED,
  LOOKUPS_FAILED,
  /** More lookups wanted than there may be. */
  LOOKUPS_REFUSED,
  QUESTIONS_SENT,
  QUESTIONS_ANSWERED,
  QUESTIONS_TIMED_OUT,
  QUESTIONS_SERVED,
  /** From a peer that asks too fast. */
  QUESTIONS_OVER_RATE,
  /** An answer to nothing that we asked, or from another than whom we asked. */
  ANSWERS_UNASKED,
  /** The answerer names itself, or us. */
  ANSWERS_NAME_ASKER,
  /** More than an answer may hold. */
  ANSWERS_TOO_LONG,
  /** A provider that does not even say that it is one. */
  ANSWERS_FALSE,
  /** An advert with a wrong signature, or none verified within the budget. */
  ADVERTS_UNPROVEN,
  /** Somebody claimed an address that did not answer us lately. */
  PROBES_WITHHELD,
  BUCKET_PREFIX_FULL,
  TABLE_PREFIX_FULL,
  NODES_INSERTED,
  NODES_REMOVED,
  RECORDS_KEPT,
  RECORDS_FULL,
  RECORDS_REFUSED
}
