/*
 * The shapes that pages and lane share: docs/events.md says what they mean.
 * For the type checker alone, never fetched by a browser.
 */

export interface Ring { value: number; diameter_mm: number }

export interface Zone { name: string; points: number; corners_mm: number[][] }

export interface Bull { name: string; at_mm: number[]; sighter: boolean }

export interface Face {
  name: string; title: string; rings: Ring[];
  black_mm: number; inner_mm: number; card_mm?: number; decimal: string;
  count?: string; scoring?: string; zones?: Zone[]; bulls?: Bull[];
}

export interface Camera {
  kind: string; state: string; detail: string;
  width: number; height: number; fps: number;
  captured?: number; dropped?: number;
  rotate: number; mirror: boolean; region: number[] | null;
  t_frame_us: number;
}

export interface Detector { name: string; state: string; ms_p50: number; ms_p95: number }

export interface Calibration {
  origin: string; homography_mm_to_px: number[] | null; lens?: number[];
  residual_mm: number | null; px_per_mm: number | null;
  tilt_deg: number | null; confirmed?: boolean; reason?: string;
}

export interface Problem { type: string; title: string; detail: string }

export interface Scene { grade: string; advice: { type: string; text: string }[] }

export interface Sums { counted: number; total_tenths: number; total_rings: number; inner: number }

export interface Session extends Sums {
  id: string; state: string; shooter: string; walk_up?: boolean; sighters?: boolean; competition?: boolean; detail?: string;
  started_us: number; ended_us: number; series_length: number; course?: string;
  rounds?: { by: string | null; last: number }[];
  series: { n: number; total_tenths: number; total_rings: number; inner: number }[];
  tips?: Tip[]; calls?: { n: number; x_mm: number; y_mm: number }[];
}

/* What a drill is judged by: docs/advice.md. */
export interface DrillRule {
  rule: string; shots?: number; time_s?: number; hits?: number; value?: number;
  widths?: number; least_s?: number; most_s?: number; ratio?: number;
}

export interface Drill {
  id: string; title: string; text: string; aim: string; steps: string[]; judge: DrillRule | null;
}

/* The one that is being done. */
export interface DrillNow {
  tip: number; id: string; title: string; judge: DrillRule | null;
  shots: number; hits: number; figure: number | null; left_s: number | null;
}

/* What a coach said, and what became of it; instants that are missing or 0: not. */
export interface Tip {
  tip: number; to: string; urgent: boolean; hold: boolean; shot: number; text: string; author: string;
  drill: { id: string; title: string; judge: DrillRule | null } | null;
  told_us?: number; acknowledged_us?: number; withdrawn_us?: number; result: string | null; t_us: number;
}

/* What a coach shows: strokes are x, y, x, y, ... in mm. */
export interface Show {
  session: string; picture: string; shot: number; t_us: number; strokes: number[][]; author: string;
}

/* A session among those of its lane. */
export interface SessionSummary extends Sums {
  id: string; state: string; active: boolean; shooter: string;
  walk_up?: boolean; sighters?: boolean; started_us: number;
}

/* A shot that is missing (shot 0), or protested as it stood then. */
export interface Complaint {
  id: string; session: string; shot: number; score_tenths?: number; ring?: number; inner?: boolean; zone?: string;
  reason: string; author: string; t_us: number;
  state: string; text: string; decided_by: string; decided_us: number;
}

export interface StateDocument {
  lane: string; title: string; schema: number; epoch: string; seq: number;
  t_publish_us: number; state: string; range?: string;
  face: Face; caliber_mm: number; gauge_mm: number; distance_m: number;
  targets: { name: string; title: string }[]; calibers_mm: number[];
  camera: Camera; detector: Detector; calibration: Calibration; scene?: Scene;
  store: { state: string; detail: string; waiting?: number; reserve?: string };
  unsaved?: Unsaved[]; complaints?: Complaint[];
  problems: Problem[]; session: Session | null; sessions?: SessionSummary[];
  shots: { columns: string[]; rows: (number | string)[][]; truncated: number };
  statistics?: Statistics | null;
  courses?: ListedCourse[]; course?: Course | null;
  drill?: DrillNow | null; show?: Show | null; old_holes?: number[][];
}

/* Those of a lane have name and title alone. */
export interface ListedCourse {
  name: string; title: string; targets?: string[];
  stages?: { name: string; repeat: number; shots: number; time_s: number; shown_s: number }[];
}

/* How the course of fire of the active session goes. */
export interface Course {
  name: string; title: string; commands: string; phase: string;
  stage: string; stage_n: number; stages: number; string: number; strings: number;
  series: number; series_shots: number; shots: number; shots_left: number | null; sighters: boolean;
  time_s: number | null; shown_s: number; away_s: number;
  began_us: number | null; ends_us: number | null; next: string | null;
}

export interface Length {
  mm: number | null; low_mm: number | null; high_mm: number | null;
  moa?: number | null; smoa?: number | null; mrad?: number | null;
}

export interface GroupFigures {
  n: number; mpi_x: Length; mpi_y: Length; sigma: Length; cep50: Length;
  cep90: Length; offset_p: number | null; extreme_spread: Length;
  mean_radius: Length; aspect: number | null; round_p: number | null;
  flyer: number | null; round?: number;
}

export interface Statistics {
  session: GroupFigures; round: GroupFigures | null; rounds?: GroupFigures[];
  pooled_sigma: Length;
  drift: {
    n: number; x_a_shot: Length; x_p: number | null;
    y_a_shot: Length; y_p: number | null;
  };
  first_shot: {
    rounds: number; x_mm: number | null; y_mm: number | null; p: number | null;
  };
  splits: {
    n: number; mean_s: number | null; median_s: number | null;
    sd_s: number | null; least_s: number | null; most_s: number | null;
  };
}

export interface Shot {
  n: number; hole: number;
  x_mm: number; y_mm: number; x_px: number; y_px: number; radius_px: number;
  score_tenths: number; ring: number; inner: boolean;
  sighter: boolean; overlap: boolean; recovered: boolean; removed: boolean;
  near_line: boolean; possible_double: boolean;
  confidence: number; x_error_mm: number; y_error_mm: number;
  zone: string; bull: string; window: string; t_us: number;
  by_hand: boolean; unplaced: boolean;
  corrected: string; /* what was done with it last, or '' */
  seq: number; /* of the last event about it */
}

/* A shot that the lane could not write yet: no number, no id. */
export interface Unsaved {
  hole: number; x_mm: number; y_mm: number; x_px: number; y_px: number; radius_px: number;
  score_tenths: number; ring: number; inner: boolean;
}

export interface Mark {
  hole: number; x_mm: number; y_mm: number;
  x_px: number; y_px: number; radius_px: number;
  until: number; /* Infinity: a shot that is not saved yet */
}

export interface Truth { n: number; x_mm: number; y_mm: number }

/* Whether data still comes, and since when not: milliseconds of the page. */
export interface Connection {
  state: 'connecting' | 'open' | 'lost';
  lastData: number; lostSince: number;
  process: string; link: string;
}

/* What this page alone decides; never sent anywhere. */
export interface View {
  zoom: number | null;
  picture: boolean; decimal: boolean | null; onlySeries: boolean; voice: boolean;
  theme: string; calibrating: boolean | null;
}

export type Kind = 'reset' | 'shot' | 'removed' | 'session' | 'calibration' | 'status'
  | 'hole' | 'hole.gone' | 'truth' | 'connection' | 'view' | 'tick' | 'gap' | 'error' | 'coach' | 'complaint';

export interface Change { kind: Kind; shot?: Shot; mark?: Mark; was?: View; error?: ErrorText; truth?: Truth }

export interface ErrorText { title: string; detail: string }

export interface LaneEntry { name: string; process: string; stale: boolean; state: StateDocument | null }
