package org.p2pvpn.overlay.dataplane;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.tun.TunQueue;

/** A TUN queue on an event loop: readiness as a callback on the loop, which can be paused. */
interface TunPort {
  /** From any thread: from now on the callback runs while there is something to read. */
  void resume();

  /** On the loop. */
  void pause();

  /** On the loop: no callback any more. The queue's owner closes the descriptor. */
  void cancel();

  /** The port that fits the loop's kind and the queue. */
  static TunPort of(IoEventLoop loop, TunQueue queue, Runnable onReadable) {
    if (queue.fd() < 0) {
      return new Looking(loop, onReadable);
    }
    if (loop.isCompatible(IoUringIoHandle.class)) {
      return new IoUringTunPort(loop, queue, onReadable);
    }
    assert loop.isCompatible(EpollIoHandle.class) : "only the two loops of Linux";
    return new EpollTunPort(loop, queue, onReadable);
  }

  /** A queue without a descriptor, the in-memory twin, is looked at every millisecond. */
  final class Looking implements TunPort {
    private final IoEventLoop loop;
    private final Runnable onReadable;
    private @Nullable Future<?> looking;

    Looking(IoEventLoop loop, Runnable onReadable) {
      this.loop = loop;
      this.onReadable = onReadable;
    }

    @Override
    public void resume() {
      pause();
      looking = loop.scheduleAtFixedRate(onReadable, 1, 1, TimeUnit.MILLISECONDS);
    }

    @Override
    public void pause() {
      if (looking != null) {
        looking.cancel(false);
        looking = null;
      }
    }

    @Override
    public void cancel() {
      pause();
    }
  }
}
