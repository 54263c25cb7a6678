package org.p2pvpn.overlay.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.discovery.kad.Contact;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.NodeId;

/** Asks the network who is out there. From any thread, and waits. */
public final class Finder {
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

  private final Supplier<Controller> controller;
  private final PeerBook peers;
  private final Paths.Asker asker;

  Finder(Supplier<Controller> controller, PeerBook peers, Paths.Asker asker) {
    this.controller = controller;
    this.peers = peers;
    this.asker = asker;
  }

  /**
   * The node of this id, or nodes with a role in this country.
   *
   * @param wanted 64 hexadecimal digits, or what {@code peers} calls it, or two capital letters
   * @return nothing when there is none, or none answered in time
   */
  public List<FoundNode> find(String wanted, Duration timeout) {
    List<CompletableFuture<List<Contact>>> answers =
        asker.ask(
            () ->
                COUNTRY.matcher(wanted).matches() && !peers.hasNamed(wanted)
                    ? List.of(inCountry(Role.EXIT, wanted), inCountry(Role.RELAY, wanted))
                    : List.of(byId(idOf(wanted))));
    Map<NodeId, Contact> found = new LinkedHashMap<>();
    long untilNanos = System.nanoTime() + timeout.toNanos();
    for (CompletableFuture<List<Contact>> answer : answers) {
      await(answer, untilNanos).forEach(one -> found.putIfAbsent(one.id(), one));
    }
    return asker.ask(() -> found.values().stream().map(this::report).toList());
  }

  private NodeId idOf(String wanted) {
    if (wanted.length() != 2 * NodeId.BYTES) {
      return peers.find(wanted).id;
    }
    try {
      return NodeId.parse(wanted.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ControlException(2, String.valueOf(e.getMessage()), "p2pvpn peers find --help");
    }
  }

  private CompletableFuture<List<Contact>> byId(NodeId id) {
    CompletableFuture<List<Contact>> answer = new CompletableFuture<>();
    return begun(controller.get().network().dht().find(id, answer::complete, now()), answer);
  }

  private CompletableFuture<List<Contact>> inCountry(Role role, String country) {
    CompletableFuture<List<Contact>> answer = new CompletableFuture<>();
    return begun(
        controller.get().network().dht().find(role, country, answer::complete, now()), answer);
  }

  private static CompletableFuture<List<Contact>> begun(
      boolean taken, CompletableFuture<List<Contact>> answer) {
    if (!taken) {
      throw new ControlException(1, "too many lookups are running", "p2pvpn status");
    }
    return answer;
  }

  private static List<Contact> await(CompletableFuture<List<Contact>> answer, long untilNanos) {
    try {
      return answer.get(Math.max(1, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return List.of();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private FoundNode report(Contact one) {
    Peer peer = peers.get(one.id());
    List<String> roles = new ArrayList<>();
    one.advert().claims().roles().forEach(role -> roles.add(role.name().toLowerCase(Locale.ROOT)));
    return new FoundNode(
        one.id().toString(),
        peer == null || peer.name.equals(one.id().shortForm()) ? "" : peer.name,
        roles,
        one.advert().claims().place().country(),
        one.endpoints().stream().map(at -> HostPort.of(at).toString()).toList(),
        Math.max(0, now().unixSeconds() - one.advert().validity().issuedSeconds()));
  }

  private static Moment now() {
    return Controller.moment(System.nanoTime());
  }
}
