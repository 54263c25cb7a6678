package org.p2pvpn.overlay.control;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;
import org.p2pvpn.overlay.wire.ControlMessage.LeaseGrant;

/**
 * One exit as a class of traffic uses it: the paths to it, if it is behind relays, and what it lent
 * us. Lives on the control thread.
 */
final class ExitUse {
  final Circuits circuits;
  private final ClassExit owner;
  private @Nullable ExitLink link;
  private long sinceNanos;

  /** What had passed by the exit's session at the last look, both ways. */
  private long seenBytes;

  /** {@code circuits}: makes the paths, which speak by the outlet that they are given. */
  ExitUse(ClassExit owner, CircuitOutlet rest, Function<CircuitOutlet, Circuits> circuits) {
    this.owner = owner;
    this.circuits = circuits.apply(new Outlet(rest));
  }

  @Nullable ExitLink link() {
    return link;
  }

  /** When it became what it is now: wanted, or left. */
  long sinceNanos() {
    return sinceNanos;
  }

  void since(long nowNanos) {
    sinceNanos = nowNanos;
  }

  /** An exit that is reached straight. */
  void goStraight(Peer peer, CircuitOutlet outlet, long nowNanos) {
    link = new ExitLink(peer, nowNanos);
    outlet.onExit(peer, nowNanos);
  }

  boolean leadsTo(NodeId node) {
    return link != null && link.peer.id.equals(node);
  }

  boolean isLent() {
    return link != null && link.state() == ExitLink.State.CONNECTED;
  }

  Optional<LeaseGrant> lease() {
    return Optional.ofNullable(link).map(ExitLink::lease);
  }

  /** Returns the bytes that passed since this was asked last. */
  long takePassedBytes() {
    long passed = 0;
    if (link != null) {
      Session session = link.peer.session;
      long seen = session.sentBytes() + session.receivedBytes();
      passed = seen - seenBytes;
      seenBytes = seen;
    }
    return passed;
  }

  /** As the paths see the rest, with a note of whose they are. */
  private final class Outlet implements CircuitOutlet {
    private final CircuitOutlet rest;

    Outlet(CircuitOutlet rest) {
      this.rest = rest;
    }

    @Override
    public void send(Peer peer, ControlMessage message) {
      if (message instanceof ControlMessage.Extend(int index, var _)) {
        owner.onAsked(index, ExitUse.this);
      }
      rest.send(peer, message);
    }

    @Override
    public void probe(Session session, @Nullable Way way, byte[] frame) {
      rest.probe(session, way, frame);
    }

    @Override
    public long ping(Peer peer, long nowNanos) {
      return rest.ping(peer, nowNanos);
    }

    @Override
    public void call(Peer peer, long nowNanos) {
      rest.call(peer, nowNanos);
    }

    @Override
    public void initiate(Peer hop, int index, Way way, long nowNanos) {
      rest.initiate(hop, index, way, nowNanos);
    }

    @Override
    public int newIndex(Peer hop) {
      return rest.newIndex(hop);
    }

    @Override
    public void forget(Peer hop, long nowNanos) {
      rest.forget(hop, nowNanos);
    }

    @Override
    public boolean changeExit(CircuitPath standby, long nowNanos) {
      return owner.changeExit(ExitUse.this, standby, nowNanos);
    }

    @Override
    public void onExit(Peer exit, long nowNanos) {
      link = new ExitLink(exit, nowNanos);
      rest.onExit(exit, nowNanos);
    }
  }
}
