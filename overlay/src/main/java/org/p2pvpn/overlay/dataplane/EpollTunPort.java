package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import org.p2pvpn.tun.TunQueue;

/** By epoll, level-triggered: a turn may leave packets unread. */
final class EpollTunPort implements TunPort, EpollIoHandle {
  private final FileDescriptor descriptor;
  private final Runnable onReadable;
  private final IoRegistration registration;

  EpollTunPort(IoEventLoop loop, TunQueue queue, Runnable onReadable) {
    this.descriptor = new FileDescriptor(queue.fd());
    this.onReadable = onReadable;
    this.registration = loop.register(this).syncUninterruptibly().getNow();
  }

  @Override
  public void resume() {
    registration.submit(EpollIoOps.EPOLLIN);
  }

  @Override
  public void pause() {
    registration.submit(EpollIoOps.NONE);
  }

  @Override
  public void cancel() {
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

  @Override
  public void close() {
    cancel();
  }
}
