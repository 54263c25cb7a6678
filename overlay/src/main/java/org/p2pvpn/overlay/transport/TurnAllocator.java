package org.p2pvpn.overlay.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a turn of reads after so many datagrams or so many bytes. Datagrams alone would not do: 64
 * small ones are 60 microseconds of work, 64 trains four milliseconds, in which nothing else on the
 * loop moves.
 */
final class TurnAllocator implements RecvByteBufAllocator {
  private final int readBytes;
  private final int readsMax;
  private final int turnBytesMax;

  /** {@code readBytes}: of one buffer. */
  TurnAllocator(int readBytes, int readsMax, int turnBytesMax) {
    this.readBytes = readBytes;
    this.readsMax = readsMax;
    this.turnBytesMax = turnBytesMax;
  }

  @Override
  public ExtendedHandle newHandle() {
    return new Turn();
  }

  private final class Turn implements ExtendedHandle {
    /**
     * The one buffer of this socket, as long as nobody keeps it: a pool would hand out another one
     * each time, and the kernel would copy each train into cold memory.
     */
    private @Nullable ByteBuf reused;

    private int reads;
    private int turnBytes;
    private int lastBytes;
    private int attemptedBytes;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      ByteBuf buffer = reused;
      if (buffer == null || buffer.refCnt() != 1) {
        if (reused != null) {
          return allocator.directBuffer(readBytes);
        }
        buffer = new TrainBuffer(readBytes);
        reused = buffer;
      }
      return buffer.clear().retain();
    }

    @Override
    public int guess() {
      return readBytes;
    }

    @Override
    public void reset(ChannelConfig config) {
      reads = 0;
      turnBytes = 0;
    }

    @Override
    public void incMessagesRead(int messages) {
      reads += messages;
    }

    @Override
    public void lastBytesRead(int bytes) {
      lastBytes = bytes;
      turnBytes += Math.max(0, bytes);
    }

    @Override
    public int lastBytesRead() {
      return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
      return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
      return lastBytes > 0 && reads < readsMax && turnBytes < turnBytesMax;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return continueReading();
    }

    @Override
    public void readComplete() {
      // Nothing is learned from a turn: the buffer's size is fixed.
    }
  }
}
