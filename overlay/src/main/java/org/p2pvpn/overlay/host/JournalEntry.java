package org.p2pvpn.overlay.host;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the journal.
 *
 * @param sequence names the line, so that a later one can say that it was undone
 * @param boot the kernel's boot id: links, routes and rules of another boot are gone
 * @param namespace the network namespace, as /proc names it
 * @param before what was found, empty where deleting is enough; in the order to put it back
 */
record JournalEntry(
    long sequence, String boot, String namespace, HostChange change, Map<String, String> before) {
  JournalEntry {
    before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
  }
}
