package dev.penstock.node.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Buckets that fill with time, one for each client. Any thread.
 *
 * <p>The clients that were heard of last are remembered; one that is forgotten has a full bucket.
 */
final class Rates {
  private static final int MOST_CLIENTS = 10_000;

  private final double perNano;
  private final double full;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  private record Bucket(double left, long at) {}

  Rates(double perSecond, double burst, LongSupplier nanos) {
    this.perNano = perSecond / Duration.ofSeconds(1).toNanos();
    this.full = burst;
    this.nanos = nanos;
  }

  /** Takes one. */
  synchronized boolean take(String client) {
    double left = left(client);
    boolean isEnough = left >= 1;
    buckets.put(client, new Bucket(isEnough ? left - 1 : left, nanos.getAsLong()));
    return isEnough;
  }

  /** Whether one could be taken. */
  synchronized boolean hasRoom(String client) {
    return left(client) >= 1;
  }

  private double left(String client) {
    Bucket bucket = buckets.get(client);
    return bucket == null
        ? full
        : Math.min(full, bucket.left() + (nanos.getAsLong() - bucket.at()) * perNano);
  }
}
