package org.p2pvpn.overlay.ledger;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Where entries are kept. Used by the ledger's thread alone. After an exception it is closed by
 * whoever got it, and may be opened again.
 */
interface Journal extends AutoCloseable {
  /** Prepares the folder; nothing else may be called before. */
  void open(long nowMillis) throws IOException;

  /**
   * Keeps an entry.
   *
   * @return false when this period's share of the space is used up
   */
  boolean append(Entry entry) throws IOException;

  /** Gives every kept entry to the consumer, oldest first. */
  Replayed replay(Consumer<Entry> consumer) throws IOException;

  /** Deletes what is too old or too much. */
  void tidy(long nowMillis) throws IOException;

  @Override
  void close();
}
