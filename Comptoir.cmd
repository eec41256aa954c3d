@echo off
rem Starts Comptoir on Windows: double-click.
chcp 65001 >nul
cd /d "%~dp0"
for %%P in ("py -3" "py -3.14" "py -3.13" "py -3.12" "py -3.11" "python" "python3") do (
    %%~P -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && (
        %%~P comptoir.py %*
        if errorlevel 1 pause
        exit /b
    )
)
echo Comptoir a besoin de Python 3.11 ou plus récent : https://www.python.org/downloads/
echo Comptoir needs Python 3.11 or newer: https://www.python.org/downloads/
pause
exit /b 1
