package org.p2pvpn.overlay.names;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names and overlay addresses at one moment. Immutable, replaced whole. */
public final class NameTable {
  /** Without dots around it. */
  public static final String SUFFIX = "p2p";

  public static final NameTable EMPTY = new NameTable(List.of());

  /**
   * A node.
   *
   * @param labels what it answers to, lower case, the first being its name
   * @param ipv4 null when another node has the address, too, and the route
   */
  public record Entry(List<String> labels, Inet6Address ipv6, @Nullable Inet4Address ipv4) {
    public Entry {
      labels = List.copyOf(labels);
    }
  }

  private final Map<String, Entry> byLabel = new HashMap<>();
  private final Map<InetAddress, String> byAddress = new HashMap<>();

  /** Of two entries with one label the first one has it. */
  public NameTable(List<Entry> entries) {
    for (Entry entry : entries) {
      entry.labels().forEach(label -> byLabel.putIfAbsent(label, entry));
      String name = entry.labels().getFirst();
      byAddress.putIfAbsent(entry.ipv6(), name);
      if (entry.ipv4() != null) {
        byAddress.putIfAbsent(entry.ipv4(), name);
      }
    }
  }

  /** {@code label} in lower case, without the suffix. */
  public @Nullable Entry find(String label) {
    return byLabel.get(label);
  }

  /** A name without the suffix. */
  public @Nullable String nameOf(InetAddress address) {
    return byAddress.get(address);
  }
}
