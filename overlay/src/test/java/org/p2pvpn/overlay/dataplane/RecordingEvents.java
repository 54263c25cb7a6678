package org.p2pvpn.overlay.dataplane;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.overlay.packet.Verdict;
import org.p2pvpn.overlay.session.Epoch;
import org.p2pvpn.overlay.session.Session;

/** Takes note of what the data plane reports. */
final class RecordingEvents implements DataPlaneEvents {
  final List<byte[]> handshakes = new ArrayList<>();
  final List<byte[]> controls = new ArrayList<>();
  final List<byte[]> echoes = new ArrayList<>();
  final List<Epoch> confirmed = new ArrayList<>();
  final List<Session> waiting = new ArrayList<>();
  boolean room = true;

  @Override
  public Verdict onHandshake(byte[] datagram, InetSocketAddress from) {
    handshakes.add(datagram);
    return Verdict.PASSED;
  }

  @Override
  public Verdict admits(byte[] bytes, int at, int length, InetSocketAddress from) {
    return room ? Verdict.PASSED : Verdict.HANDSHAKE_QUEUE_FULL;
  }

  @Override
  public Verdict onControl(Session session, byte[] message) {
    controls.add(message);
    return Verdict.PASSED;
  }

  @Override
  public Verdict onEcho(Session session, byte[] echo) {
    echoes.add(echo);
    return Verdict.PASSED;
  }

  @Override
  public void onConfirmed(Epoch epoch) {
    confirmed.add(epoch);
  }

  @Override
  public void onRefused(Runnable told) {
    told.run();
  }

  @Override
  public void onWaiting(Session session) {
    waiting.add(session);
  }
}
