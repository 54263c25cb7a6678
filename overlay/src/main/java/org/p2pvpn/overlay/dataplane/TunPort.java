package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.tun.TunQueue;

/**
 * A TUN queue on an event loop: adapts readiness to a callback, and can be paused. A queue without
 * a descriptor (the in-memory twin) is looked at every millisecond.
 */
final class TunPort implements EpollIoHandle {
  private static final long LOOK_MILLIS = 1;

  private final FileDescriptor descriptor;
  private final Runnable onReadable;
  private final IoEventLoop loop;
  private final @Nullable IoRegistration registration;
  private @Nullable Future<?> looking;

  TunPort(IoEventLoop loop, TunQueue queue, Runnable onReadable) {
    this.loop = loop;
    this.descriptor = new FileDescriptor(Math.max(0, queue.fd()));
    this.onReadable = onReadable;
    this.registration = queue.fd() < 0 ? null : loop.register(this).syncUninterruptibly().getNow();
  }

  void resume() {
    if (registration != null) {
      registration.submit(EpollIoOps.EPOLLIN);
    } else {
      looking =
          loop.scheduleAtFixedRate(onReadable, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void pause() {
    if (registration != null) {
      registration.submit(EpollIoOps.NONE);
    } else if (looking != null) {
      looking.cancel(false);
    }
  }

  void cancel() {
    pause();
    if (registration != null) {
      registration.cancel();
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration ready, IoEvent event) {
    onReadable.run();
  }

  /** The queue's owner closes the descriptor. */
  @Override
  public void close() {
    cancel();
  }
}
