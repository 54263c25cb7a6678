package org.p2pvpn.overlay.control;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.session.Session;
import org.p2pvpn.overlay.session.Way;
import org.p2pvpn.overlay.wire.ControlMessage;

/**
 * The exit of one class of traffic: the paths to it, if it is behind relays, and what it lent us.
 * Lives on the control thread.
 */
final class ClassExit {
  final Circuits circuits;
  private final Exits exits;
  private TrafficClass traffic;
  private @Nullable PathPlanner planner;
  private @Nullable ExitLink link;

  ClassExit(
      TrafficClass traffic,
      Exits exits,
      PeerBook peers,
      ControlCounters counters,
      SecureRandom random,
      CircuitOutlet outlet) {
    this.traffic = traffic;
    this.exits = exits;
    circuits = new Circuits(peers, counters, random, new Outlet(outlet));
  }

  TrafficClass traffic() {
    return traffic;
  }

  @Nullable ExitLink link() {
    return link;
  }

  /** Null while the exit is used straight. */
  @Nullable PathPlanner planner() {
    return planner;
  }

  /** Straight to this peer. */
  void use(TrafficClass wanted, Peer peer, CircuitOutlet outlet, long nowNanos) {
    traffic = wanted;
    peer.wanted = true;
    link = new ExitLink(peer, nowNanos);
    outlet.onExit(peer, nowNanos);
  }

  /** By relays, and perhaps by one exit after another. */
  void use(TrafficClass wanted, PathPlanner newPlanner, long nowNanos) {
    traffic = wanted;
    planner = newPlanner;
    circuits.use(newPlanner, nowNanos);
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
        exits.onAsked(index, ClassExit.this);
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
    public void onExit(Peer exit, long nowNanos) {
      link = new ExitLink(exit, nowNanos);
      rest.onExit(exit, nowNanos);
    }
  }
}
