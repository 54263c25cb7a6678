package org.p2pvpn.overlay.simulation;

import java.util.ArrayList;
import java.util.List;
import org.p2pvpn.tun.PipeTun;
import org.p2pvpn.tun.Tun;
import org.p2pvpn.tun.TunBuffer;
import org.p2pvpn.tun.TunOffloads;

/** A TUN device with a pipe for each queue; the test is the kernel at their other ends. */
final class PipeTuns implements Tun {
  private static final int PACKETS_MAX = 4096;

  private final List<PipeTun> ours = new ArrayList<>();
  private final List<PipeTun> kernels = new ArrayList<>();
  private int turn;

  PipeTuns(int queues, int mtuBytes) {
    for (int i = 0; i < queues; i++) {
      PipeTun.Pair pair = PipeTun.pair("sim", mtuBytes, TunOffloads.ALL, PACKETS_MAX);
      ours.add(pair.left());
      kernels.add(pair.right());
    }
  }

  /** To the queues in turn, as flows of many sockets would be spread. */
  int writeAsKernel(TunBuffer from, int length) {
    turn = (turn + 1) % kernels.size();
    return kernels.get(turn).write(from, 0, length);
  }

  /** From whichever queue has something. */
  int readAsKernel(TunBuffer into) {
    for (PipeTun kernel : kernels) {
      int length = kernel.read(into, 0, into.capacity());
      if (length > 0) {
        return length;
      }
    }
    return 0;
  }

  @Override
  public String name() {
    return ours.getFirst().name();
  }

  @Override
  public int mtuBytes() {
    return ours.getFirst().mtuBytes();
  }

  @Override
  public TunOffloads offloads() {
    return TunOffloads.ALL;
  }

  @Override
  public List<PipeTun> queues() {
    return ours;
  }

  @Override
  public void up() {
    ours.forEach(PipeTun::up);
    kernels.forEach(PipeTun::up);
  }

  @Override
  public void close() {
    ours.forEach(PipeTun::close);
  }
}
