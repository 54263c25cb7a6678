package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.identity.NodeName;
import org.p2pvpn.overlay.identity.OverlayAddress;
import org.p2pvpn.overlay.names.NameTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is called what here. The operator's names come first; a name that a node gives itself belongs
 * to the first key that bore it, also over a restart, and a second one gets another: its own with
 * the beginning of its node id. Lives on the control thread; anyone may read the table.
 */
final class Names {
  private static final Logger LOG = LoggerFactory.getLogger(Names.class);

  /** Ours: who renames itself keeps its earlier names, so that nobody else takes them over. */
  static final int NAMES_OF_A_NODE_MAX = 4;

  /** Ours; at the limit a node that is new goes by its longer name. */
  static final int BINDINGS_MAX = 20_000;

  /** The names that we give ourselves; nobody else is to have one. */
  private static final Pattern LIKE_AN_ID = Pattern.compile("^[0-9a-f]{16}$|-[0-9a-f]{8}$");

  private static final int SHORT_ID_CHARS = 8;
  private static final int LONG_ID_CHARS = 16;
  private static final long REBUILD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final PeerBook peers;
  private final Path file;
  private final NodeId own;
  private final String ownName;
  private final Map<String, NodeId> bound = new LinkedHashMap<>();
  private final Map<String, NodeId> operators = new HashMap<>();

  /** The operator's, and the names in the config's list of peers. */
  private final Map<String, NodeId> given = new HashMap<>();

  private final Map<NodeId, Integer> bindings = new HashMap<>();
  private final Map<String, String> clashes = new TreeMap<>();
  private volatile NameTable table = NameTable.EMPTY;
  private boolean changed = true;
  private boolean unwritten;
  private long builtNanos;

  Names(PeerBook peers, Path file, NodeId own, String ownName) {
    this.peers = peers;
    this.file = file;
    this.own = own;
    this.ownName = lower(ownName);
    read();
  }

  /** Names that the operator gives, whatever nodes call themselves. */
  void operators(Map<String, NodeId> names) {
    names.forEach((name, id) -> operators.put(lower(name), id));
    given.putAll(operators);
    changed = true;
  }

  /** The newest table; any thread. */
  NameTable table() {
    return table;
  }

  /** A peer came, or what one is called may have changed. */
  void onChange() {
    changed = true;
  }

  /** A peer says what it is called; what it is called here may differ. */
  void onHello(Peer peer, String claimed) {
    if (!peer.namedByOperator && !peer.origin.isPassing() && NodeName.isValid(claimed)) {
      peer.name = called(peer.id, claimed);
      changed = true;
    }
  }

  void onTick(long nowNanos) {
    if (changed && nowNanos - builtNanos >= REBUILD_NANOS) {
      changed = false;
      builtNanos = nowNanos;
      table = build();
      if (unwritten) {
        unwritten = false;
        write();
      }
    }
  }

  /** A line for each node that calls itself like another one. */
  List<String> clashes() {
    return List.copyOf(clashes.values());
  }

  private String called(NodeId id, String claimed) {
    String name = lower(claimed);
    NodeId owner = owner(name);
    if (owner != null && owner.equals(id)) {
      return claimed;
    }
    String longer = withId(name, id);
    if (name.endsWith(shortId(id))) {
      return claimed; // as it may have been named here before
    }
    int has = bindings.getOrDefault(id, 0);
    if (owner == null
        && has < NAMES_OF_A_NODE_MAX
        && bound.size() < BINDINGS_MAX
        && !LIKE_AN_ID.matcher(name).find()) {
      bind(name, id);
      unwritten = true;
      return claimed;
    }
    if (owner != null && clashes.size() < BINDINGS_MAX) {
      clashes.putIfAbsent(
          longer,
          "peer "
              + id.shortForm()
              + " calls itself \""
              + claimed
              + "\", as "
              + owner.shortForm()
              + " did before it; here it is \""
              + longer
              + "\"");
    }
    return longer;
  }

  private void bind(String name, NodeId id) {
    bound.put(name, id);
    bindings.merge(id, 1, Integer::sum);
  }

  private @Nullable NodeId owner(String name) {
    NodeId first = given.get(name);
    return first != null ? first : name.equals(ownName) ? own : bound.get(name);
  }

  private static String shortId(NodeId id) {
    return "-" + id.toString().substring(0, SHORT_ID_CHARS);
  }

  private static String withId(String name, NodeId id) {
    String suffix = shortId(id);
    // A label has 63 characters at most.
    return name.substring(0, Math.min(name.length(), 63 - suffix.length())) + suffix;
  }

  private NameTable build() {
    given.clear();
    for (Peer peer : peers.all()) {
      if (peer.namedByOperator) {
        given.putIfAbsent(lower(peer.name), peer.id);
      }
    }
    given.putAll(operators);
    Map<NodeId, Set<String>> labels = new LinkedHashMap<>();
    add(labels, own, ownName);
    operators.forEach((name, id) -> add(labels, id, name));
    for (Peer peer : peers.all()) {
      if (NodeName.isValid(peer.name)) {
        if (!peer.namedByOperator) {
          peer.name = called(peer.id, peer.name);
        }
        add(labels, peer.id, lower(peer.name));
      }
    }
    bound.forEach(
        (name, id) -> {
          if (Objects.equals(id, owner(name)) && peers.get(id) != null) {
            add(labels, id, name);
          }
        });
    Set<Inet4Address> taken = new HashSet<>();
    Map<NodeId, Inet4Address> owners = new HashMap<>();
    claim(own, taken, owners);
    peers.all().forEach(peer -> claim(peer.id, taken, owners));
    List<NameTable.Entry> entries = new ArrayList<>();
    labels.forEach(
        (id, names) ->
            entries.add(
                new NameTable.Entry(List.copyOf(names), OverlayAddress.ipv6(id), owners.get(id))));
    for (Peer peer : peers.all()) {
      // Whoever has no name yet can be called by what it is.
      String label = peer.id.toString().substring(0, LONG_ID_CHARS);
      entries.add(
          new NameTable.Entry(List.of(label), OverlayAddress.ipv6(peer.id), owners.get(peer.id)));
    }
    return new NameTable(entries);
  }

  /** As the route table has it: the first that has the address. */
  private static void claim(NodeId id, Set<Inet4Address> taken, Map<NodeId, Inet4Address> owners) {
    Inet4Address address = OverlayAddress.ipv4(id);
    if (taken.add(address)) {
      owners.put(id, address);
    }
  }

  private static void add(Map<NodeId, Set<String>> labels, NodeId id, String name) {
    labels.computeIfAbsent(id, _ -> new LinkedHashSet<>()).add(name);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void read() {
    try {
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split(" ", -1);
        if (fields.length == 2 && NodeName.isValid(fields[0]) && bound.size() < BINDINGS_MAX) {
          bind(lower(fields[0]), NodeId.parse(fields[1]));
        }
      }
    } catch (NoSuchFileException _) {
      // Nobody was named yet.
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{}: names are bound to keys anew: {}", file, e.toString());
    }
  }

  private void write() {
    StringBuilder lines = new StringBuilder();
    bound.forEach((name, id) -> lines.append(name).append(' ').append(id).append('\n'));
    StateFile.replace(file, lines.toString());
  }
}
