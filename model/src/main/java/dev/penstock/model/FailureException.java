package dev.penstock.model;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Failure} to whoever decides what to do about it. */
public final class FailureException extends RuntimeException {
  private final transient Failure failure;

  public FailureException(Failure failure) {
    this(failure, null);
  }

  public FailureException(Failure failure, @Nullable Throwable cause) {
    super(failure.diagnosis().line(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
