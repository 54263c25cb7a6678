package org.p2pvpn.cli.underlay;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.transport.Driver;

/**
 * Moves packets between the hosts' devices and the {@link Underlay}, which belongs to its one
 * thread. Everybody else asks by {@link #ask}.
 */
final class UnderlayLoop implements AutoCloseable {
  private static final int END_SECONDS_MAX = 5;

  private final Underlay underlay;
  private final EventLoopGroup group = Driver.EPOLL.newLoops(1, "underlay");
  private final IoEventLoop loop = (IoEventLoop) group.next();
  private final Map<Uplink, Host> hosts = new HashMap<>();
  private final Map<Host, Uplink> uplinks = new HashMap<>();
  private @Nullable ScheduledFuture<?> timer;
  private long timerNanos = Long.MAX_VALUE;

  UnderlayLoop(Underlay underlay) {
    this.underlay = underlay;
  }

  IoEventLoop loop() {
    return loop;
  }

  /** On the loop. */
  void connect(Host host, Uplink uplink) {
    hosts.put(uplink, host);
    uplinks.put(host, uplink);
  }

  /** On the loop. */
  void disconnect(Host host) {
    Uplink uplink = uplinks.remove(host);
    if (uplink != null) {
      hosts.remove(uplink);
      uplink.close();
    }
  }

  /** On the loop. */
  void readable(Uplink uplink) {
    Host host = hosts.get(uplink);
    if (host != null) {
      uplink.read(underlay, host);
      deliver();
    }
  }

  private void deliver() {
    long nowNanos = System.nanoTime();
    for (Packet packet = underlay.poll(nowNanos);
        packet != null;
        packet = underlay.poll(nowNanos)) {
      Uplink uplink = uplinks.get(packet.to);
      underlay.delivered(packet, uplink != null && uplink.write(packet));
    }
    setTimer(nowNanos);
  }

  private void setTimer(long nowNanos) {
    long dueNanos = underlay.nextDueNanos();
    if (dueNanos >= timerNanos) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerNanos = dueNanos;
    timer = loop.schedule(this::onTimer, dueNanos - nowNanos, TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    timer = null;
    timerNanos = Long.MAX_VALUE;
    deliver();
  }

  /** Runs on the loop, at once when called there, and answers. */
  <T> T ask(Callable<T> question) {
    try {
      return loop.inEventLoop() ? question.call() : loop.submit(question).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (group.isShuttingDown()) {
      return;
    }
    ask(
        () -> {
          underlay.hosts().forEach(this::disconnect);
          return true;
        });
    group.shutdownGracefully(0, END_SECONDS_MAX, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
