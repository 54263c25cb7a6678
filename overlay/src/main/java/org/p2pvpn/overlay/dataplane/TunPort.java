package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.p2pvpn.tun.TunQueue;

/** A TUN queue on an event loop: adapts readiness to a callback, and can be paused. */
final class TunPort implements EpollIoHandle {
  private final FileDescriptor descriptor;
  private final Runnable onReadable;
  private final IoRegistration registration;

  TunPort(IoEventLoop loop, TunQueue queue, Runnable onReadable) {
    this.descriptor = new FileDescriptor(queue.fd());
    this.onReadable = onReadable;
    this.registration = loop.register(this).syncUninterruptibly().getNow();
  }

  void resume() {
    registration.submit(EpollIoOps.EPOLLIN);
  }

  void pause() {
    registration.submit(EpollIoOps.NONE);
  }

  void cancel() {
    registration.cancel();
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
