package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import org.p2pvpn.tun.TunQueue;

/**
 * By io_uring: one poll at a time, asked for again after each turn, and plain reads in between.
 * READ operations instead were measured slower for small packets.
 */
final class IoUringTunPort implements TunPort, IoUringIoHandle {
  // linux/io_uring.h and poll.h
  private static final byte IORING_OP_POLL_ADD = 6;
  private static final int POLLIN = 1;

  private final int descriptor;
  private final Runnable onReadable;
  private final IoEventLoop loop;
  private final IoRegistration registration;
  private boolean paused = true;
  private boolean polling;

  IoUringTunPort(IoEventLoop loop, TunQueue queue, Runnable onReadable) {
    this.loop = loop;
    this.descriptor = queue.fd();
    this.onReadable = onReadable;
    this.registration = loop.register(this).syncUninterruptibly().getNow();
  }

  @Override
  public void resume() {
    if (!loop.inEventLoop()) {
      loop.execute(this::resume);
      return;
    }
    paused = false;
    poll();
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void cancel() {
    paused = true;
    registration.cancel();
  }

  private void poll() {
    if (polling || paused) {
      return;
    }
    polling = true;
    registration.submit(
        new IoUringIoOps(
            IORING_OP_POLL_ADD,
            (byte) 0,
            (short) 0,
            descriptor,
            0L,
            0L,
            0,
            POLLIN,
            0L,
            (short) 0,
            (short) 0,
            0,
            0L));
  }

  @Override
  public void handle(IoRegistration ready, IoEvent event) {
    polling = false;
    if (!paused) {
      onReadable.run();
    }
    poll();
  }

  @Override
  public void close() {
    cancel();
  }
}
