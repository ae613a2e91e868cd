/*
 * The subcommands of `gmshoot`.  argv[0] is the subcommand's name; each knows
 * --help.  Returns the exit status: 0 done, 1 bad input, 2 bad usage.
 */

#ifndef GMS_CMD_H
#define GMS_CMD_H

int gms_cmd_score(int argc, char **argv);
int gms_cmd_stats(int argc, char **argv);
int gms_cmd_advise(int argc, char **argv);
int gms_cmd_rounds(int argc, char **argv);
int gms_cmd_targets(int argc, char **argv);
int gms_cmd_courses(int argc, char **argv);
int gms_cmd_cameras(int argc, char **argv);
int gms_cmd_detect(int argc, char **argv);
int gms_cmd_worker(int argc, char **argv);
int gms_cmd_check(int argc, char **argv);
int gms_cmd_backup(int argc, char **argv);
int gms_cmd_export(int argc, char **argv);
int gms_cmd_import(int argc, char **argv);
int gms_cmd_ctl(int argc, char **argv);

#endif /* GMS_CMD_H */
