package dev.penstock.engine;

import dev.penstock.av.Muxer;
import dev.penstock.av.SpoolWriter;
import dev.penstock.model.Plan;
import java.nio.file.Path;

/** Where the coded packets of a pipeline go. */
sealed interface Destination {
  /** What errors of writing name. */
  Path path();

  /** Whether encoders put their parameter sets beside the stream. */
  boolean wantsGlobalHeader();

  /** Whether files can be put in beside the tracks. */
  boolean holdsAttachments();

  /** The stage that takes the packets. */
  Writing stage(Plan plan, Link<MuxItem> link, Accounts accounts);

  /** A stage that writes. */
  interface Writing extends Run.Stage {
    /** Media time written, microseconds. Any thread. */
    long positionMicros();

    /** Bytes written. Any thread. */
    long bytesWritten();
  }

  /** The file of a plan that writes one. */
  record Output(Path path, Muxer muxer, Plan.File file) implements Destination {
    @Override
    public boolean wantsGlobalHeader() {
      return muxer.wantsGlobalHeader();
    }

    @Override
    public boolean holdsAttachments() {
      return muxer.holdsAttachments();
    }

    @Override
    public Writing stage(Plan plan, Link<MuxItem> link, Accounts accounts) {
      return new MuxStage(muxer, plan, file, link, accounts);
    }
  }

  /**
   * A spool, for the outputs to be made of later.
   *
   * @param tracks how many of the plan's tracks it is for
   * @param piece what it is of
   */
  record Spooled(
      Path path,
      SpoolWriter spool,
      boolean wantsGlobalHeader,
      boolean holdsAttachments,
      int tracks,
      Piece piece)
      implements Destination {
    @Override
    public Writing stage(Plan plan, Link<MuxItem> link, Accounts accounts) {
      return new SpoolStage(spool, path, tracks, piece, link, accounts);
    }
  }
}
